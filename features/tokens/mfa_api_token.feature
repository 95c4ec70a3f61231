Feature: A user gets an MFA API token by signing in
  The tenant signs it, it names the user and the application, and it is valid for ten minutes at most.
  Where a step names no token, the user sends the MFA API token of the latest sign-in.
  A "confirmed factor" is confirmed in the administrator's list or active in the user's own list.
  Not covered: expired and altered tokens (see rejected_tokens.feature).

  Background:
    Given the SMS factor is enabled

  @MFA-TOK-001 @must
  Scenario Outline: An MFA API token names its user and application and has the scopes to enroll
    Given the <application> is allowed the MFA grant
    And Ava is a test user without a second factor
    And Ben is a test user without a second factor
    When Ava signs in to the <application>, requesting the MFA API
    Then Ava's access token is signed by the tenant and names her and the <application>
    When Ben signs in to the <application>, requesting the MFA API
    Then Ben's access token is signed by the tenant and names him and the <application>
    And Ben's access token has the audience of the MFA API
    And Ben's access token includes the scopes "enroll read:authenticators remove:authenticators"
    And Ben's access token is valid for at most 600 seconds

    Examples:
      | application             |
      | regular web application |
      | single-page application |

  @MFA-TOK-002 @must
  Scenario Outline: A token without the scope enroll cannot enroll a factor
    Given the <application> is allowed the MFA grant
    And Ava is a test user without a second factor
    When Ava signs in to the <application>, requesting the MFA API with the scopes "openid read:authenticators"
    Then Ava's access token does not include the scope "enroll"
    When Ava starts enrolling her phone by SMS
    Then the request is refused with HTTP 400, 401 or 403
    And Ava has no confirmed factor
    And Ava's phone receives only SMS messages that she requested
    When Ava signs in to the <application>, requesting the MFA API
    And Ava starts enrolling her phone by SMS
    Then the request succeeds

    Examples:
      | application             |
      | regular web application |
      | single-page application |

  @MFA-TOK-003 @must
  Scenario Outline: The single-page application never sends a client secret
    Given Ava is a test user without a second factor, signed in to the <application> for the MFA API
    And Ava started enrolling her phone by SMS
    When Ava confirms the enrollment with the SMS code
    Then the request succeeds
    And the <application> sent no client secret at sign-in, enrollment or confirmation

    Examples: Only the single-page application has no client secret
      | application             |
      | single-page application |
