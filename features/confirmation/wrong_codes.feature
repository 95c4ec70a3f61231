Feature: Who is wrong too often waits, and who is wrong now and then does not
  A slip or two costs nothing. Nobody may try codes until one fits.
  Refused is even the right code after ten wrong ones; some minutes later it counts again.
  Not covered here: wrong passwords, and how many texts a user may ask for.

  Background:
    Given these factors are on
      | SMS               |
      | one-time password |

  @MFA-CNF-021 @must
  Scenario Outline: Four wrong codes lock nobody out
    Given the <application> has the MFA grant
    And Ava has a password and no second factor
    And Ava signed in at the <application> for the MFA API
    And Ava asked to enroll an authenticator app
    When Ava answers 4 times with a code that her app did not make
    Then the tenant refuses with "invalid_grant"
    And nothing is enrolled for Ava
    When Ava answers with the app's code, the token in the body
    Then Ava is not locked out

    Examples:
      | application             |
      | regular web application |
      | single-page application |

  @MFA-CNF-022 @must
  Scenario Outline: After ten wrong codes the right one is worthless for a while
    Given the <application> has the MFA grant
    And Ava has a password and no second factor
    And Ava signed in at the <application> for the MFA API
    And Ava asked to enroll <factor>
    When Ava answers 10 times with <wrong code>
    And Ava answers with <code>, the token in the body
    Then Ava is locked out for now, with the right code too
    And nothing is enrolled for Ava

    Examples:
      | application             | factor               | wrong code                        | code            |
      | regular web application | an authenticator app | a code that her app did not make  | the app's code  |
      | single-page application | an authenticator app | a code that her app did not make  | the app's code  |
      | single-page application | her phone            | a code that was not texted to her | the texted code |

  @MFA-CNF-023 @must @moves-clock
  Scenario Outline: Whoever was locked out is let in again later, and nobody else is locked out
    Given the <application> has the MFA grant
    And Ava has a password and no second factor
    And Ben has a password and no second factor
    And Ava signed in at the <application> for the MFA API
    And Ben signed in at the <application> for the MFA API
    And Ava asked to enroll an authenticator app
    When Ava answers 10 times with a code that her app did not make
    And Ben asks to enroll an authenticator app
    And Ben answers with the app's code, the token in the body
    Then Ben is not locked out
    When 7 minutes pass
    And Ava answers with the app's code, the token in the body
    Then Ava is not locked out

    Examples:
      | application             |
      | regular web application |
      | single-page application |
