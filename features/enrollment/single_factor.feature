Feature: One factor is enough to require MFA
  From the first factor on, a password alone no longer signs the user in.
  A "confirmed factor" is confirmed in the administrator's list or active in the user's own list.
  Not covered: factors other than SMS and one-time passwords.

  Background:
    Given the SMS and one-time password factors are enabled

  @MFA-ENR-006 @must
  Scenario Outline: A user whose only factor is a phone is challenged at sign-in
    Given Ava is a test user with a phone enrolled through the <application>
    When Ava signs in again, giving only her password
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
    When Ava signs in again, giving only her password
    Then sign-in stops at the MFA challenge
    And Ava's authenticator app is her only confirmed factor

    Examples:
      | application             |
      | regular web application |
      | single-page application |
