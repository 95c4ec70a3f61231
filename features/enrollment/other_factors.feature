Feature: Numbers that cannot be, recovery codes and verified addresses
  A phone has a number that can be called; a recovery code comes once, with the first factor; a verified e-mail address
  counts as no factor of its own. Refused are numbers that nobody can have.
  Not covered here: a push, and what a recovery code opens.

  @MFA-ENR-015 @must
  Scenario Outline: A number that cannot be is refused
    Given these factors are on
      | SMS |
    And the <application> has the MFA grant
    And Ava has a password and no second factor
    And Ava signed in at the <application> for the MFA API
    When Ava asks to enroll the number <number>
    Then the tenant refuses
    And nothing is enrolled for Ava
    When Ava asks to enroll her phone
    Then the tenant accepts it

    Examples:
      | application             | number               |
      | regular web application | 5550100              |
      | single-page application | +1                   |
      | single-page application | +1555CALLME1         |
      | single-page application | +1555010012345678901 |

  @MFA-ENR-016 @must
  Scenario Outline: A recovery code comes with the first factor only
    Given these factors are on
      | SMS               |
      | one-time password |
      | recovery code     |
    And Ava has a password and no second factor
    And Ava signed in at the <application> for the MFA API
    When Ava asks to enroll her phone
    Then the tenant hands Ava one recovery code
    When Ava answers with the texted code, the token in header and body
    And Ava signs in again with the texted code
    And Ava asks to enroll an authenticator app
    Then the tenant hands Ava no recovery code

    Examples:
      | application             |
      | regular web application |
      | single-page application |

  @MFA-ENR-017 @should
  Scenario Outline: A verified e-mail address is shown, and guards nothing by itself
    Given these factors are on
      | e-mail |
    And the <application> has the password grant
    And Ava has a password and no second factor
    When Ava signs in at the <application> for the MFA API
    Then Ava is let in, and was not asked for a second factor
    And Ava sees her e-mail address in her list, active
    When Ava asks the <application> for tokens with her password alone
    Then the tenant accepts it

    Examples:
      | application             |
      | regular web application |
      | single-page application |
