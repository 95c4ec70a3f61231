Feature: An enrollment is confirmed by the user and the application that started it
  Codes and tokens of another user or another application do not confirm an enrollment.
  A "confirmed factor" is confirmed in the administrator's list or active in the user's own list.
  Not covered: two tokens of the same user in one request.

  Background:
    Given the SMS and one-time password factors are enabled

  @MFA-CNF-011 @must
  Scenario Outline: An MFA API token does not confirm an enrollment at another application
    Given the <other application> is allowed the MFA grant
    And Ava is a test user without a second factor, signed in to the <application> for the MFA API
    And Ava started enrolling her phone by SMS
    When Ava confirms the enrollment with the SMS code through the <other application>
    Then the request is refused with HTTP 400, 401 or 403
    And Ava has no confirmed factor
    When Ava confirms the enrollment with the SMS code
    Then the request succeeds

    Examples:
      | application             | other application       |
      | regular web application | single-page application |
      | single-page application | regular web application |

  @MFA-CNF-012 @must
  Scenario Outline: An SMS code sent to another user does not confirm a phone
    Given Ava is a test user without a second factor, signed in to the <application> for the MFA API
    And Ben is a test user without a second factor, signed in to the <application> for the MFA API
    And Ava started enrolling her phone by SMS
    And Ben started enrolling his phone by SMS
    When Ava confirms the enrollment with the SMS code sent to Ben
    Then the request is refused with "invalid_grant"
    And Ava has no confirmed factor
    And Ben has no confirmed factor
    When Ava confirms the enrollment with the SMS code
    Then the request succeeds

    Examples:
      | application             |
      | regular web application |
      | single-page application |

  @MFA-CNF-013 @must
  Scenario Outline: The regular web application cannot confirm an enrollment without its client secret
    Given Ava is a test user without a second factor, signed in to the <application> for the MFA API
    And Ava started enrolling her phone by SMS
    When Ava confirms the enrollment with the SMS code, without the client secret
    Then the request is refused with HTTP 400, 401 or 403
    And Ava has no confirmed factor
    When Ava confirms the enrollment with the SMS code, with a wrong client secret
    Then the request is refused with HTTP 400, 401 or 403
    And Ava has no confirmed factor
    When Ava confirms the enrollment with the SMS code
    Then the request succeeds

    Examples: Only the regular web application has a client secret
      | application             |
      | regular web application |

  @MFA-CNF-014 @must
  Scenario Outline: Two users' tokens in one confirmation enroll nothing for the user in the header
    Given Ava is a test user without a second factor, signed in to the <application> for the MFA API
    And Ben is a test user without a second factor, signed in to the <application> for the MFA API
    And Ava started enrolling her phone by SMS
    When Ava confirms the enrollment with the SMS code, with her MFA API token in the body and Ben's in the header
    Then Ben has no confirmed factor

    Examples:
      | application             |
      | regular web application |
      | single-page application |

  @MFA-CNF-024 @must
  Scenario Outline: The OTP code of another user's authenticator app does not confirm an enrollment
    Given Ava is a test user without a second factor, signed in to the <application> for the MFA API
    And Ben is a test user without a second factor, signed in to the <application> for the MFA API
    And Ava started enrolling an authenticator app
    And Ben started enrolling an authenticator app
    When Ava confirms the enrollment with the OTP code of Ben's authenticator app
    Then the request is refused with "invalid_grant"
    And Ava has no confirmed factor
    And Ben has no confirmed factor
    When Ava confirms the enrollment with the OTP code
    Then the request succeeds

    Examples:
      | application             |
      | regular web application |
      | single-page application |

  @MFA-CNF-025 @should
  Scenario Outline: An enrollment started at one application cannot be confirmed at another
    Given the <other application> is allowed the MFA grant
    And Ava is a test user without a second factor, signed in to the <application> for the MFA API
    And Ava started enrolling her phone by SMS
    When Ava signs in to the <other application>, requesting the MFA API
    And Ava confirms the enrollment with the SMS code
    Then the request is refused with HTTP 400, 401 or 403
    And Ava has no confirmed factor
    When Ava starts enrolling her phone by SMS again
    And Ava confirms the enrollment with the SMS code
    Then the request succeeds

    Examples:
      | application             | other application       |
      | regular web application | single-page application |
      | single-page application | regular web application |
