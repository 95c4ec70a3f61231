Feature: A user adds another factor only after MFA
  A user may add a factor with the MFA API token of a sign-in with MFA, or with the access token that the tenant issued
  when the user confirmed a factor. An `mfa_token`, for which a password is enough, enrolls a first factor only.
  A user may enroll the two factors in either order. Two users may share a phone, and one user may have two phones.
  Where a step names no token, the user sends the MFA API token of the latest sign-in.
  A "confirmed factor" is confirmed in the administrator's list or active in the user's own list.
  Not covered: an MFA API token issued before the first factor, as no source says whether it may still enroll.

  Background:
    Given the SMS and one-time password factors are enabled

  @MFA-ENR-011 @must
  Scenario Outline: An mfa_token does not add a factor for a user who has one
    Given the <application> is allowed the password grant
    And Ava is a test user with a phone enrolled through the <application>
    When the <application> requests an MFA API token for Ava with the password grant
    And Ava starts enrolling an authenticator app with the mfa_token
    Then the request is refused with "access_denied"
    And the error description contains "already enrolled"
    And Ava's phone is her only confirmed factor
    When Ava signs in again, answering the MFA challenge with the SMS code
    And Ava starts enrolling an authenticator app
    Then the request succeeds

    Examples:
      | application             |
      | regular web application |
      | single-page application |

  @MFA-ENR-012 @should
  Scenario Outline: The access token from a confirmation enrolls another factor only if its scope allows it
    Given Ava is a test user with a phone enrolled through the <application>
    When Ava starts enrolling an authenticator app with the access token from her confirmation
    Then the request succeeds only if Ava's access token from the confirmation has the scope enroll
    And Ava's phone is her only confirmed factor

    Examples:
      | application             |
      | regular web application |
      | single-page application |

  @MFA-ENR-013 @should
  Scenario Outline: A user may enroll a second phone
    Given Ava is a test user with a phone enrolled through the <application>
    When Ava signs in again, answering the MFA challenge with the SMS code
    And Ava switches to another phone
    And Ava starts enrolling her phone by SMS
    And Ava confirms the enrollment with the SMS code
    Then the request succeeds
    And the administrator sees two of Ava's phones as confirmed

    Examples:
      | application             |
      | regular web application |
      | single-page application |

  @MFA-ENR-014 @should
  Scenario Outline: Two users may enroll the same phone
    Given Ava is a test user with a phone enrolled through the <application>
    And Ben is a test user without a second factor
    And Ben uses the same phone as Ava
    When Ben signs in to the <application>, requesting the MFA API
    And Ben starts enrolling his phone by SMS
    And Ben confirms the enrollment with the SMS code
    Then the request succeeds
    And the administrator sees Ben's phone as confirmed
    And the administrator sees Ava's phone as confirmed

    Examples:
      | application             |
      | regular web application |
      | single-page application |

  @MFA-ENR-019 @should
  Scenario Outline: The access token from a confirmation enrolls another factor if its scope allows it
    Given Ava is a test user with a phone enrolled through the <application>
    And it is confirmed that the access token from Ava's confirmation has the scope enroll
    When Ava starts enrolling an authenticator app with the access token from her confirmation
    Then the request succeeds
    When Ava confirms the enrollment with the OTP code and the access token from her confirmation
    Then the request succeeds
    And the administrator sees Ava's phone and authenticator app as confirmed

    Examples:
      | application             |
      | regular web application |
      | single-page application |

  @MFA-ENR-020 @should
  Scenario Outline: An mfa_token enrolls a first factor
    Given the MFA policy is "Always"
    And the <application> is allowed the password grant
    And the <application> is allowed the MFA grant
    And Ava is a test user without a second factor
    When the <application> requests tokens for Ava with the password grant, without an audience
    Then the request is refused with "mfa_required" and an mfa_token
    When Ava starts enrolling an authenticator app with the mfa_token
    Then the request succeeds
    When Ava confirms the enrollment with the OTP code and the mfa_token
    Then the request succeeds
    And Ava's authenticator app is her only confirmed factor

    Examples:
      | application             |
      | regular web application |
      | single-page application |

  @MFA-ENR-008 @must
  Scenario Outline: A user may enroll an authenticator app first, then a phone
    Given Ava is a test user with an authenticator app enrolled through the <application>
    When Ava signs in again, answering the MFA challenge with the OTP code
    Then sign-in succeeds after an OTP challenge
    When Ava starts enrolling her phone by SMS
    And Ava confirms the enrollment with the SMS code
    Then the request succeeds
    And the administrator sees Ava's phone and authenticator app as confirmed

    Examples:
      | application             |
      | regular web application |
      | single-page application |
