Feature: An MFA API token reads and removes only its own user's factors
  Where a step names no token, the user sends the MFA API token of the latest sign-in.
  A "confirmed factor" is confirmed in the administrator's list or active in the user's own list.
  Not covered: which other claims the tenant returns about a user.

  Background:
    Given the SMS factor is enabled

  @MFA-TOK-020 @must
  Scenario Outline: A user's authenticator list shows no other user's factors
    Given Ava is a test user without a second factor
    And Ben is a test user with a phone enrolled through the <application>
    When Ava signs in to the <application>, requesting the MFA API
    And Ava lists her authenticators
    Then the request succeeds
    And Ava's authenticator list shows no phone

    Examples:
      | application             |
      | regular web application |
      | single-page application |

  @MFA-TOK-021 @must
  Scenario Outline: A user cannot remove another user's factor
    Given Ava is a test user without a second factor, signed in to the <application> for the MFA API
    And Ben is a test user with a phone enrolled through the <application>
    When Ben signs in again, answering the MFA challenge with the SMS code
    And Ava tries to remove Ben's phone with her own MFA API token
    Then Ben's phone is his only confirmed factor
    When Ben removes his phone
    Then the request succeeds
    And Ben has no confirmed factor

    Examples:
      | application             |
      | regular web application |
      | single-page application |

  @MFA-TOK-022 @must
  Scenario Outline: A removed phone is no longer challenged
    Given Ava is a test user with a phone enrolled through the <application>
    When Ava signs in again, answering the MFA challenge with the SMS code
    And Ava removes her phone
    Then the request succeeds
    And Ava has no confirmed factor
    When Ava signs in to the <application>, requesting the MFA API
    Then sign-in succeeds without an MFA challenge

    Examples:
      | application             |
      | regular web application |
      | single-page application |

  @MFA-TOK-023 @should
  Scenario Outline: /userinfo names the user, and only if the scope openid was granted
    Given the <application> is allowed the MFA grant
    And Ava is a test user without a second factor
    When Ava signs in to the <application>, requesting the MFA API with the scopes "enroll read:authenticators"
    And Ava requests /userinfo with her access token
    Then the request is refused with HTTP 400, 401 or 403
    And Ava has no confirmed factor
    When Ava signs in to the <application>, requesting the MFA API
    And Ava requests /userinfo with her access token
    Then the response names Ava

    Examples:
      | application             |
      | regular web application |
      | single-page application |
