Feature: What a browser kept does not take the place of the second factor
  Who signed in before, had the device remembered, or asks without being shown a page is asked for the second factor all
  the same where factors are to be managed. Refused is a silent request of somebody who proved no more than a password.
  Not covered here: how long sessions live, and sessions that have seen a second factor already.

  @MFA-SGN-001 @must @browser
  Scenario Outline: A session from before the factor is no way past it
    Given these factors are on
      | SMS |
    And the <application> has the MFA grant
    And Ava has a password and no second factor
    And Ava signed in at the <application> on a device that she keeps
    And Ava's session lives on: a silent request brings her a token
    And Ava enrolled her phone with the token of that sign-in
    When Ava signs in again with the texted code
    Then Ava is let in, after she was asked for the texted code

    Examples:
      | application             |
      | regular web application |
      | single-page application |

  @MFA-SGN-002 @must @browser
  Scenario Outline: A remembered device is no way past the second factor
    Given these factors are on
      | SMS |
    And the <application> has the MFA grant
    And Ava has a password and no second factor
    And Ava signed in at the <application> on a device that she keeps
    And Ava enrolled her phone with the token of that sign-in
    And Ava signed in again with the texted code, and had the device remembered
    When Ava signs in anew on that device and tries to pass by the second factor
    Then Ava is not let in, but asked for a second factor

    Examples:
      | application             |
      | regular web application |
      | single-page application |

  @MFA-SGN-003 @must @browser
  Scenario Outline: A silent request brings no token to who proved only a password
    Given these factors are on
      | SMS |
    And the <application> has the MFA grant
    And Ava has a password and no second factor
    And Ava signed in at the <application> on a device that she keeps
    And Ava's session lives on: a silent request brings her a token
    And Ava enrolled her phone with the token of that sign-in
    When Ava asks silently for a token
    Then Ava gets none, because something would have to be shown
    When Ava signs in again with the texted code
    Then Ava is let in, after she was asked for the texted code

    Examples:
      | application             |
      | regular web application |
      | single-page application |

  @MFA-SGN-008 @must
  Scenario Outline: A device that one user had remembered asks the next
    Given these factors are on
      | SMS |
    And the policy asks everybody for a second factor
    And Ava has a password and no second factor
    And Ben has a password and no second factor
    And Ava enrolled her phone at the <application>
    And Ben enrolled his phone at the <application>
    And Ava keeps a device, and had it remembered: she is not asked for a second factor there
    When Ben signs in on Ava's device and tries to pass by the second factor
    Then Ben is not let in, but asked for a second factor

    Examples:
      | application             |
      | regular web application |
      | single-page application |
