Feature: A user may enroll the authenticator app first, then a phone
  The order of the two factors is the user's own choice: whoever begins with the app can add a phone after it.
  Refused is nothing here: what must not pass is the same in either order.
  Not covered here: the order that most users take, which is a feature of its own.

  @MFA-ENR-008 @must
  Scenario Outline: A user enrolls an app, then a phone, and has both
    Given these factors are on
      | SMS               |
      | one-time password |
    And the <application> has the MFA grant
    And Ava has a password and no second factor
    And Ava enrolled an authenticator app at the <application>
    When Ava signs in again with the app's code
    Then Ava is let in, after she was asked for the app's code
    When Ava asks to enroll her phone
    And Ava answers with the texted code, the token in header and body
    Then the tenant accepts it
    And the administrator sees Ava's phone and app, confirmed

    Examples:
      | application             |
      | regular web application |
      | single-page application |
