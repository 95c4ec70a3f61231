Feature: A code confirms one enrollment, once, while it is valid
  A code is refused if it was used, has expired, is not valid yet, or belongs to another enrollment.
  A "confirmed factor" is confirmed in the administrator's list or active in the user's own list.
  Scenarios with @moves-clock run only on a tenant whose clock the suite may set.
  Not covered: how many wrong codes a tenant allows (see lockout.feature).

  Background:
    Given the SMS and one-time password factors are enabled

  @MFA-CNF-005 @must @moves-clock
  Scenario Outline: An expired SMS code does not confirm a phone
    Given Ava is a test user without a second factor, signed in to the <application> for the MFA API
    And Ava started enrolling her phone by SMS
    When 6 minutes pass
    And Ava confirms the enrollment with the SMS code
    Then the request is refused with HTTP 400, 401 or 403
    And Ava has no confirmed factor
    When Ava starts enrolling her phone by SMS again
    And Ava confirms the enrollment with the SMS code
    Then the request succeeds

    Examples:
      | application             |
      | regular web application |
      | single-page application |

  @MFA-CNF-006 @must
  Scenario Outline: An SMS code confirms a phone once
    Given Ava is a test user with a phone enrolled through the <application>
    When Ava sends the confirmation again
    Then the request is refused with HTTP 400, 401 or 403
    And Ava's phone is her only confirmed factor

    Examples:
      | application             |
      | regular web application |
      | single-page application |

  @MFA-CNF-007 @must
  Scenario Outline: An OTP code confirms an authenticator app once
    Given Ava is a test user with an authenticator app enrolled through the <application>
    When Ava sends the confirmation again
    Then the request is refused with HTTP 400, 401 or 403
    And Ava's authenticator app is her only confirmed factor

    Examples:
      | application             |
      | regular web application |
      | single-page application |

  @MFA-CNF-008 @must
  Scenario Outline: An old OTP code does not confirm an authenticator app
    Given Ava is a test user without a second factor, signed in to the <application> for the MFA API
    And Ava started enrolling an authenticator app
    When Ava confirms the enrollment with an OTP code that was valid 90 seconds ago
    Then the request is refused with "invalid_grant"
    And Ava has no confirmed factor
    When Ava confirms the enrollment with the OTP code
    Then the request succeeds

    Examples:
      | application             |
      | regular web application |
      | single-page application |

  @MFA-CNF-009 @must
  Scenario Outline: The code of one enrollment does not confirm another
    Given Ava is a test user without a second factor, signed in to the <application> for the MFA API
    And Ava started enrolling her phone by SMS
    When Ava starts enrolling her phone by SMS again
    And Ava confirms the second enrollment with the code of the first SMS message
    Then the request is refused with "invalid_grant"
    And Ava has no confirmed factor
    When Ava confirms the second enrollment with the code of the second SMS message
    Then the request succeeds

    Examples:
      | application             |
      | regular web application |
      | single-page application |

  @MFA-CNF-010 @should
  Scenario Outline: A new SMS code makes the earlier one invalid
    Given Ava is a test user without a second factor, signed in to the <application> for the MFA API
    And Ava started enrolling her phone by SMS
    When Ava starts enrolling her phone by SMS again
    And Ava confirms the first enrollment with the code of the first SMS message
    Then the request is refused with "invalid_grant"
    And Ava has no confirmed factor
    When Ava confirms the second enrollment with the code of the second SMS message
    Then the request succeeds

    Examples:
      | application             |
      | regular web application |
      | single-page application |

  @MFA-CNF-018 @must
  Scenario Outline: A future OTP code does not confirm an authenticator app
    Given Ava is a test user without a second factor, signed in to the <application> for the MFA API
    And Ava started enrolling an authenticator app
    When Ava confirms the enrollment with an OTP code that will be valid in 90 seconds
    Then the request is refused with "invalid_grant"
    And Ava has no confirmed factor
    When Ava confirms the enrollment with the OTP code
    Then the request succeeds

    Examples:
      | application             |
      | regular web application |
      | single-page application |

  @MFA-CNF-019 @must
  Scenario Outline: An SMS code answers only the challenge that it was sent for, once
    Given the <application> is allowed the password grant
    And Ava is a test user with a phone enrolled through the <application>
    When the <application> requests an MFA API token for Ava with the password grant
    And Ava requests an SMS challenge with the mfa_token
    And the <application> requests an MFA API token for Ava with the password grant
    And Ava answers the MFA challenge with the SMS code
    Then the request is refused with HTTP 400, 401 or 403
    And Ava's phone is her only confirmed factor
    When Ava answers the MFA challenge with the SMS code, using the earlier mfa_token
    Then the request succeeds
    When Ava sends that answer again
    Then the request is refused with HTTP 400, 401 or 403
    And Ava's phone is her only confirmed factor

    Examples:
      | application             |
      | regular web application |
      | single-page application |
