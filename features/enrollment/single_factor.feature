Feature: One factor is enough to require MFA
  From the first factor on, a password alone no longer signs the user in. Not covered: other factors than SMS and OTP.
  A "confirmed factor" is one in the administrator's list or in the user's own.

  Background:
    Given the SMS and one-time password factors are enabled

  @MFA-ENR-006 @must
  Scenario Outline: A user whose only factor is a phone is challenged at sign-in
    Given Ava is a test user with a phone enrolled through the <application>
    When Ava signs in again and tries to skip the MFA challenge
    Then sign-in stops at the MFA challenge
    When Ava signs in again, answering the MFA challenge with the SMS code
    Then sign-in succeeds after an SMS challenge

    Examples:
      | application             |
      | regular web application |
      | single-page application |

  @MFA-ENR-007 @must
  Scenario Outline: A user whose only factor is an authenticator app is challenged at sign-in
    Given Ava is a test user with an authenticator app enrolled through the <application>
    When Ava signs in again and tries to skip the MFA challenge
    Then sign-in stops at the MFA challenge
    And Ava's authenticator app is her only confirmed factor

    Examples:
      | application             |
      | regular web application |
      | single-page application |
