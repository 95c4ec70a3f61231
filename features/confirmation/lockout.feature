Feature: Repeated wrong codes lock a user out for a while; single mistakes do not
  After ten wrong codes the right code is refused too; some minutes later it is accepted.
  Not covered: wrong passwords, and how many SMS messages a user may request.
  A "confirmed factor" is one in the administrator's list or in the user's own.

  Background:
    Given the SMS and one-time password factors are enabled

  @MFA-CNF-021 @must
  Scenario Outline: Four wrong codes do not lock a user out
    Given Ava is a test user without a second factor, signed in to the <application>
    And Ava started enrolling an authenticator app
    When Ava tries 4 times to confirm the enrollment with a wrong OTP code
    Then the request is refused with "invalid_grant"
    And Ava has no confirmed factor
    When Ava confirms the enrollment with the OTP code
    Then Ava's right code is accepted

    Examples:
      | application             |
      | regular web application |
      | single-page application |

  @MFA-CNF-022 @must
  Scenario Outline: After ten wrong codes the right code is refused for a while
    Given Ava is a test user without a second factor, signed in to the <application>
    And Ava started enrolling <factor>
    When Ava tries 10 times to confirm the enrollment with <wrong code>
    And Ava confirms the enrollment with <code>, with the MFA API token only in the body
    Then the right code is refused with "invalid_grant" or "too_many_attempts"
    And Ava has no confirmed factor

    Examples:
      | application             | factor               | wrong code       | code         |
      | regular web application | an authenticator app | a wrong OTP code | the OTP code |
      | single-page application | an authenticator app | a wrong OTP code | the OTP code |
      | single-page application | her phone by SMS     | a wrong SMS code | the SMS code |

  @MFA-CNF-023 @must @moves-clock
  Scenario Outline: A lockout ends, and affects one user only
    Given Ava is a test user without a second factor, signed in to the <application>
    And Ben is a test user without a second factor, signed in to the <application>
    And Ava started enrolling an authenticator app
    When Ava tries 10 times to confirm the enrollment with a wrong OTP code
    And Ben starts enrolling an authenticator app
    And Ben confirms the enrollment with the OTP code
    Then Ben's right code is accepted
    When 7 minutes pass
    And Ava confirms the enrollment with the OTP code
    Then Ava's right code is accepted

    Examples:
      | application             |
      | regular web application |
      | single-page application |
