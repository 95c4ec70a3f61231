Feature: Repeated wrong codes lock a user out for a while; single mistakes do not
  After ten wrong codes the right code is refused too; some minutes later it is accepted.
  A "confirmed factor" is confirmed in the administrator's list or active in the user's own list.
  Scenarios with @moves-clock run only on a tenant whose clock the suite may set.
  Not covered: wrong passwords, and how many SMS messages a user may request.

  Background:
    Given the SMS and one-time password factors are enabled

  @MFA-CNF-021 @must
  Scenario Outline: Four wrong codes do not lock a user out
    Given Ava is a test user without a second factor, signed in to the <application> for the MFA API
    And Ava started enrolling an authenticator app
    When Ava tries 4 times to confirm the enrollment, each time with a wrong OTP code
    Then the request is refused with "invalid_grant"
    And Ava has no confirmed factor
    When Ava confirms the enrollment with the OTP code
    Then Ava's right code is accepted

    Examples:
      | application             |
      | regular web application |
      | single-page application |

  @MFA-CNF-022 @must
  Scenario Outline: After ten wrong codes the right code is refused
    Given Ava is a test user without a second factor, signed in to the <application> for the MFA API
    And Ava started enrolling <factor>
    When Ava tries 10 times to confirm the enrollment, each time with a wrong <method> code
    And Ava confirms the enrollment with the <method> code
    Then the right code is refused with "invalid_grant" or "too_many_attempts"
    And Ava has no confirmed factor

    Examples: Further rows use one application, as the rule does not depend on it
      | application             | factor               | method |
      | regular web application | an authenticator app | OTP    |
      | single-page application | an authenticator app | OTP    |
      | single-page application | her phone by SMS     | SMS    |

  @MFA-CNF-023 @must @moves-clock
  Scenario Outline: A lockout ends, and affects one user only
    Given Ava is a test user without a second factor, signed in to the <application> for the MFA API
    And Ben is a test user without a second factor, signed in to the <application> for the MFA API
    And Ava started enrolling an authenticator app
    When Ava tries 10 times to confirm the enrollment, each time with a wrong OTP code
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
