Feature: One factor alone already guards the door
  A user may stop after one factor, whichever it is: from then on the password alone no longer lets them in.
  Refused is a sign-in that answers with nothing but the password.
  Not covered here: what a second factor adds, and factors other than a phone and an authenticator app.

  Background:
    Given these factors are on
      | SMS               |
      | one-time password |

  @MFA-ENR-006 @must
  Scenario Outline: A phone alone is asked for at the next sign-in
    Given the <application> has the MFA grant
    And Ava has a password and no second factor
    And Ava enrolled her phone at the <application>
    When Ava signs in again and tries to pass by the second factor
    Then Ava is not let in, but asked for a second factor
    When Ava signs in again with the texted code
    Then Ava is let in, after she was asked for the texted code

    Examples:
      | application             |
      | regular web application |
      | single-page application |

  @MFA-ENR-007 @must
  Scenario Outline: An authenticator app alone is asked for at the next sign-in
    Given the <application> has the MFA grant
    And Ava has a password and no second factor
    And Ava enrolled an authenticator app at the <application>
    When Ava signs in again and tries to pass by the second factor
    Then Ava is not let in, but asked for a second factor
    And nothing is enrolled for Ava but her app

    Examples:
      | application             |
      | regular web application |
      | single-page application |
