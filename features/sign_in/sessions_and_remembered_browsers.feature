Feature: Sessions, cookies and remembered browsers do not replace MFA for the MFA API
  Where a user's cookies are kept, all later sign-ins of the user use the same browser. Otherwise each sign-in
  has a new browser.
  Not covered: how long sessions last, and sessions in which the user already completed MFA.

  @MFA-SGN-001 @must @browser
  Scenario Outline: A session from before the first factor does not avoid MFA
    Given the SMS factor is enabled
    And Ava is a test user without a second factor, signed in to the <application> for the MFA API, cookies kept
    And it is confirmed that silent authentication succeeds for Ava at the <application>
    And Ava enrolled her phone with the MFA API token of her latest sign-in
    When Ava signs in again, answering the MFA challenge with the SMS code
    Then sign-in succeeds after an SMS challenge

    Examples:
      | application             |
      | regular web application |
      | single-page application |

  @MFA-SGN-002 @must @browser
  Scenario Outline: A remembered browser is challenged for the MFA API
    Given the SMS factor is enabled
    And Ava is a test user without a second factor, signed in to the <application> for the MFA API, cookies kept
    And Ava enrolled her phone with the MFA API token of her latest sign-in
    And Ava signed in again, answering the MFA challenge with the SMS code and having the browser remembered
    When Ava signs in again in the remembered browser, giving only her password
    Then sign-in stops at the MFA challenge

    Examples:
      | application             |
      | regular web application |
      | single-page application |

  @MFA-SGN-003 @must @browser
  Scenario Outline: Silent authentication fails in a session from before the first factor
    Given the SMS factor is enabled
    And Ava is a test user without a second factor, signed in to the <application> for the MFA API, cookies kept
    And it is confirmed that silent authentication succeeds for Ava at the <application>
    And Ava enrolled her phone with the MFA API token of her latest sign-in
    When the <application> requests an MFA API token for Ava by silent authentication
    Then silent authentication fails with "login_required", "interaction_required" or "mfa_required"
    When Ava signs in again, answering the MFA challenge with the SMS code
    Then sign-in succeeds after an SMS challenge

    Examples:
      | application             |
      | regular web application |
      | single-page application |

  @MFA-SGN-008 @must
  Scenario Outline: A browser remembered for one user is challenged for the next
    Given the SMS factor is enabled
    And the MFA policy is "Always"
    And Ava is a test user with a phone enrolled through the <application>
    And Ben is a test user with a phone enrolled through the <application>
    And it is confirmed that Ava's browser is remembered, so that she signs in there without an MFA challenge
    When Ben signs in with Ava's remembered browser, giving only his password
    Then sign-in stops at the MFA challenge

    Examples:
      | application             |
      | regular web application |
      | single-page application |
