Feature: At the second factor a user gets a second chance, and a choice
  A slip of the finger, a text that did not come and a phone at home are mended on the page itself: by the right code, by
  another text, by another method. Refused is the wrong code alone.
  Not covered here: how many wrong codes or texts there may be, and codes that are late.

  @MFA-SGN-004 @must @browser
  Scenario Outline: After a wrong code the right one still opens the door
    Given these factors are on
      | SMS |
    And the <application> has the MFA grant
    And Ava has a password and no second factor
    And Ava signed in at the <application> for the MFA API
    And Ava enrolled her phone with the token of that sign-in
    When Ava signs in again and types a wrong code, then the texted one
    Then Ava is let in, after she was asked for the texted code

    Examples:
      | application             |
      | regular web application |
      | single-page application |

  @MFA-SGN-005 @must @browser
  Scenario Outline: A code that was sent again opens the door
    Given these factors are on
      | SMS |
    And the <application> has the MFA grant
    And Ava has a password and no second factor
    And Ava signed in at the <application> for the MFA API
    And Ava enrolled her phone with the token of that sign-in
    When Ava signs in again and has the code sent again
    Then Ava is let in, after she was asked for the texted code
    And no text came to Ava's phone that she had not caused

    Examples:
      | application             |
      | regular web application |
      | single-page application |

  @MFA-SGN-006 @must @browser
  Scenario Outline: A method taken from the list opens the door
    Given these factors are on
      | SMS               |
      | one-time password |
    And the <application> has the MFA grant
    And Ava has a password and no second factor
    And Ava signed in at the <application> for the MFA API
    And Ava enrolled her phone with the token of that sign-in
    And Ava signed in again with the texted code
    And Ava enrolled an authenticator app with the token of that sign-in
    When Ava signs in again and takes the texted code from the list of methods
    Then Ava is let in, after she was asked for the texted code

    Examples:
      | application             |
      | regular web application |
      | single-page application |
