Feature: At the door only the code counts that was made for this sign-in
  The second factor's code belongs to one user and one sign-in, is good once, and not for long.
  Refused are the code that confirmed the factor, somebody else's, one that the app did not make, a late one, and a
  recovery code that was used.
  Not covered here: when whoever was wrong too often is let in again.

  Background:
    Given these factors are on
      | SMS               |
      | one-time password |

  @MFA-BYP-012 @must
  Scenario Outline: The code that confirmed a <thing> does not open the door
    Given the <application> has the MFA grant
    And Ava has a password and no second factor
    And Ava enrolled <factor> at the <application>
    When Ava signs in again with the code that confirmed her <thing>
    Then Ava is not let in, but asked for a second factor
    When Ava signs in again with <code>
    Then Ava is let in, after she was asked for <code>

    Examples:
      | application             | thing | factor               | code            |
      | regular web application | phone | her phone            | the texted code |
      | single-page application | phone | her phone            | the texted code |
      | single-page application | app   | an authenticator app | the app's code  |

  @MFA-BYP-013 @must
  Scenario Outline: A code that was texted to somebody else does not open the door
    Given the <application> has the MFA grant
    And Ava has a password and no second factor
    And Ben has a password and no second factor
    And Ava enrolled her phone at the <application>
    And Ben enrolled his phone at the <application>
    When Ava signs in again with a code that was texted to Ben
    Then Ava is not let in, but asked for a second factor
    When Ava signs in again with the texted code
    Then Ava is let in, after she was asked for the texted code

    Examples:
      | application             |
      | regular web application |
      | single-page application |

  @MFA-BYP-014 @must
  Scenario Outline: A wrong code does not open the door
    Given the <application> has the MFA grant
    And Ava has a password and no second factor
    And Ava enrolled <factor> at the <application>
    When Ava signs in again with <wrong code>
    Then Ava is not let in, but asked for a second factor
    When Ava signs in again with <code>
    Then Ava is let in, after she was asked for <code>

    Examples:
      | application             | factor               | wrong code                        | code            |
      | regular web application | an authenticator app | a code that her app did not make  | the app's code  |
      | single-page application | an authenticator app | a code that her app did not make  | the app's code  |
      | single-page application | her phone            | a code that was not texted to her | the texted code |

  @MFA-BYP-015 @must @moves-clock
  Scenario Outline: A texted code that is late does not open the door
    Given the <application> has the MFA grant
    And Ava has a password and no second factor
    And Ava enrolled her phone at the <application>
    When Ava signs in again and waits with the texted code until 6 minutes pass
    Then Ava is not let in, but asked for a second factor
    When Ava signs in again with the texted code
    Then Ava is let in, after she was asked for the texted code

    Examples:
      | application             |
      | regular web application |
      | single-page application |

  @MFA-BYP-028 @must
  Scenario Outline: Nobody tries codes at the door until one fits
    Given the <application> has the MFA grant
    And Ava has a password and no second factor
    And Ava enrolled her phone at the <application>
    When Ava signs in again and types ten wrong codes, then the texted one
    Then Ava is not let in, but asked for a second factor

    Examples:
      | application             |
      | regular web application |
      | single-page application |

  @MFA-BYP-032 @must
  Scenario Outline: A recovery code opens the door once, and its owner's alone
    Given these factors are on
      | recovery code |
    And the <application> has the MFA grant
    And Ava has a password and no second factor
    And Ben has a password and no second factor
    And Ava enrolled her phone at the <application>
    And Ben enrolled his phone at the <application>
    When Ava signs in again with the recovery code of Ben
    Then Ava is not let in, but asked for a second factor
    When Ava signs in again with her recovery code
    Then Ava is let in, after she was asked for her recovery code
    When Ava signs in again with the recovery code that she used
    Then Ava is not let in, but asked for a second factor

    Examples:
      | application             |
      | regular web application |
      | single-page application |
