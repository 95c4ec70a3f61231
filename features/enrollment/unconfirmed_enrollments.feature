Feature: An enrollment that was not confirmed has no effect
  The user signs in as before and can start again.
  A "confirmed factor" is confirmed in the administrator's list or active in the user's own list.
  Not covered: expired codes (see confirmation/).

  Background:
    Given the SMS and one-time password factors are enabled

  @MFA-ENR-009 @must
  Scenario Outline: A user with an unconfirmed enrollment is not challenged
    Given Ava is a test user without a second factor, signed in to the <application> for the MFA API
    And Ava started enrolling <factor>
    When Ava signs in to the <application>, requesting the MFA API
    Then sign-in succeeds without an MFA challenge
    And Ava has no confirmed factor

    Examples:
      | application             | factor               |
      | regular web application | her phone by SMS     |
      | single-page application | her phone by SMS     |
      | regular web application | an authenticator app |
      | single-page application | an authenticator app |

  @MFA-ENR-010 @must
  Scenario Outline: An unconfirmed enrollment can be started again
    Given Ava is a test user without a second factor, signed in to the <application> for the MFA API
    And Ava started enrolling an authenticator app
    When Ava starts enrolling an authenticator app again
    Then the request succeeds
    When Ava confirms the enrollment with the OTP code
    Then the request succeeds
    And Ava's authenticator app is her only confirmed factor

    Examples:
      | application             |
      | regular web application |
      | single-page application |

  @MFA-ENR-018 @must
  Scenario Outline: Confirming one factor does not confirm another
    Given Ava is a test user without a second factor, signed in to the <application> for the MFA API
    And Ava started enrolling her phone by SMS
    And Ava started enrolling an authenticator app
    When Ava confirms the enrollment with the OTP code
    Then the request succeeds
    And Ava's authenticator app is her only confirmed factor

    Examples:
      | application             |
      | regular web application |
      | single-page application |
