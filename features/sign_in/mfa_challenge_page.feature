Feature: On the MFA challenge page a user can correct a code, get a new one, or choose another method
  Not covered: limits on wrong codes and on SMS messages, and expired codes.

  @MFA-SGN-004 @must @browser
  Scenario Outline: The right code is accepted after one wrong code
    Given the SMS factor is enabled
    And Ava is a test user with a phone enrolled through the <application>
    When Ava signs in again, answering the MFA challenge with one wrong SMS code, then with the right one
    Then sign-in succeeds after an SMS challenge

    Examples:
      | application             |
      | regular web application |
      | single-page application |

  @MFA-SGN-005 @must @browser
  Scenario Outline: The code of a second SMS message is accepted
    Given the SMS factor is enabled
    And Ava is a test user with a phone enrolled through the <application>
    When Ava signs in again, answering the MFA challenge with the code of a second SMS message that she requests
    Then sign-in succeeds after an SMS challenge
    And Ava's phone receives only SMS messages that she requested

    Examples:
      | application             |
      | regular web application |
      | single-page application |

  @MFA-SGN-006 @must @browser
  Scenario Outline: A user can select another method on the MFA challenge page
    Given the SMS and one-time password factors are enabled
    And Ava is a test user with a phone enrolled through the <application>
    And Ava signed in again, answering the MFA challenge with the SMS code
    And Ava enrolled an authenticator app with the MFA API token of her latest sign-in
    When Ava signs in again, selecting SMS from the list of MFA methods
    Then sign-in succeeds after an SMS challenge

    Examples:
      | application             |
      | regular web application |
      | single-page application |
