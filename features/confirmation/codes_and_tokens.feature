Feature: An enrollment is confirmed only with the right code, the right token and every required parameter
  An enrollment is confirmed with the code that belongs to it and the MFA API token that started it.
  Where a step names no token, the user sends the MFA API token of the latest sign-in.
  A "confirmed factor" is confirmed in the administrator's list or active in the user's own list.
  Not covered: expired and used codes (see replayed_and_expired_codes.feature), and undocumented parameters.

  @MFA-CNF-001 @must
  Scenario Outline: A phone is confirmed with the MFA API token in the header and the body
    Given the SMS factor is enabled
    And Ava is a test user without a second factor, signed in to the <application> for the MFA API
    And Ava started enrolling her phone by SMS
    When Ava confirms the enrollment with the SMS code, sending the MFA API token in the header and as "mfa_token"
    Then the request succeeds
    And the administrator sees Ava's phone as confirmed

    Examples:
      | application             |
      | regular web application |
      | single-page application |

  @MFA-CNF-002 @must
  Scenario Outline: Another user's token does not confirm an enrollment
    Given the SMS factor is enabled
    And Ava is a test user without a second factor, signed in to the <application> for the MFA API
    And Ben is a test user without a second factor, signed in to the <application> for the MFA API
    And Ava started enrolling her phone by SMS
    When Ben confirms Ava's enrollment with the right SMS code and his own MFA API token
    Then the request is refused with HTTP 400, 401 or 403
    And Ava has no confirmed factor
    And Ben has no confirmed factor
    When Ava confirms the enrollment with the SMS code
    Then the request succeeds

    Examples:
      | application             |
      | regular web application |
      | single-page application |

  @MFA-CNF-003 @must
  Scenario Outline: A wrong SMS code does not confirm a phone
    Given the SMS factor is enabled
    And Ava is a test user without a second factor, signed in to the <application> for the MFA API
    And Ava started enrolling her phone by SMS
    When Ava confirms the enrollment with a wrong SMS code
    Then the request is refused with "invalid_grant"
    And the error description contains "binding_code"
    And Ava has no confirmed factor
    When Ava confirms the enrollment with the SMS code
    Then the request succeeds

    Examples:
      | application             |
      | regular web application |
      | single-page application |

  @MFA-CNF-004 @must
  Scenario Outline: A wrong OTP code does not confirm an authenticator app
    Given the one-time password factor is enabled
    And Ava is a test user without a second factor, signed in to the <application> for the MFA API
    And Ava started enrolling an authenticator app
    When Ava confirms the enrollment with a wrong OTP code
    Then the request is refused with "invalid_grant"
    And the error description contains "otp_code"
    And Ava has no confirmed factor
    When Ava confirms the enrollment with the OTP code
    Then the request succeeds

    Examples:
      | application             |
      | regular web application |
      | single-page application |

  @MFA-CNF-020 @must
  Scenario Outline: An almost right SMS code does not confirm a phone
    Given the SMS factor is enabled
    And Ava is a test user without a second factor, signed in to the <application> for the MFA API
    And Ava started enrolling her phone by SMS
    When Ava confirms the enrollment with <code>
    Then the request is refused with HTTP 400, 401 or 403
    And Ava has no confirmed factor
    When Ava confirms the enrollment with the SMS code
    Then the request succeeds

    Examples: Further rows use one application, as the rule does not depend on it
      | application             | code                                     |
      | regular web application | the SMS code with its last digit changed |
      | single-page application | the SMS code with its last digit changed |
      | single-page application | the SMS code without its last digit      |
      | single-page application | a code of six zeros                      |

  @MFA-CNF-015 @must
  Scenario Outline: A confirmation without a required parameter is refused
    Given the SMS factor is enabled
    And Ava is a test user without a second factor, signed in to the <application> for the MFA API
    And Ava started enrolling her phone by SMS
    When Ava confirms the enrollment with the SMS code, without <parameter>
    Then the request is refused with HTTP 400, 401 or 403
    And Ava has no confirmed factor
    When Ava confirms the enrollment with the SMS code
    Then the request succeeds

    Examples: Further rows use one application, as the rule does not depend on it
      | application             | parameter            |
      | regular web application | the binding code     |
      | single-page application | the binding code     |
      | single-page application | the MFA API token    |
      | single-page application | the out-of-band code |
      | single-page application | the client ID        |

  @MFA-CNF-016 @must
  Scenario Outline: A confirmation may be form-encoded or JSON
    Given the SMS factor is enabled
    And Ava is a test user without a second factor, signed in to the <application> for the MFA API
    And Ava started enrolling her phone by SMS
    When Ava confirms the enrollment with the SMS code, <encoding>
    Then the request succeeds
    And Ava's phone is her only confirmed factor

    Examples: Further rows use one application, as the rule does not depend on it
      | application             | encoding     |
      | regular web application | as JSON      |
      | single-page application | as JSON      |
      | single-page application | form-encoded |
