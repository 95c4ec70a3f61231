Feature: A refresh token works only for its own application, user and scopes
  Not covered: how long a refresh token is valid.
  A "confirmed factor" is one in the administrator's list or in the user's own.

  Background:
    Given the SMS factor is enabled

  @MFA-BYP-024 @must
  Scenario Outline: A refresh token cannot be used by another application
    Given the <application> is allowed the MFA grant
    And the <application> is allowed the refresh token grant
    And the <other application> is allowed the refresh token grant
    And Ava is a test user without a second factor
    And it is confirmed that the <application> can refresh Ava's tokens
    When Ava signs in to the <application>, requesting the MFA API with only the scopes "openid enroll offline_access"
    And the <other application> presents Ava's refresh token
    Then the request is refused with HTTP 400, 401 or 403
    And Ava has no confirmed factor
    When the <application> refreshes Ava's tokens
    Then the request succeeds

    Examples:
      | application             | other application       |
      | regular web application | single-page application |
      | single-page application | regular web application |

  @MFA-BYP-025 @must
  Scenario Outline: Refreshing adds no scopes
    Given the <application> is allowed the MFA grant
    And the <application> is allowed the refresh token grant
    And Ava is a test user without a second factor
    And it is confirmed that the <application> can refresh Ava's tokens
    When Ava signs in to the <application>, requesting the MFA API with only the scopes "openid enroll offline_access"
    And the <application> refreshes Ava's tokens, requesting the scopes "openid enroll remove:authenticators offline_access"
    Then Ava's access token does not have the scope "remove:authenticators"

    Examples:
      | application             |
      | regular web application |
      | single-page application |

  @MFA-BYP-026 @should
  Scenario Outline: A refresh token that was replaced is refused
    Given the <application> is allowed the MFA grant
    And the <application> is allowed the refresh token grant
    And Ava is a test user without a second factor
    And it is confirmed that the <application> can refresh Ava's tokens
    When Ava signs in to the <application>, requesting the MFA API with only the scopes "openid enroll offline_access"
    And the <application> refreshes Ava's tokens
    Then the request succeeds
    When an attacker presents Ava's used refresh token
    Then the request is refused if Ava's refresh token had been replaced
    And Ava has no confirmed factor

    Examples:
      | application             |
      | regular web application |
      | single-page application |

  @MFA-BYP-027 @may
  Scenario Outline: A refresh token obtained after MFA yields tokens of the same user, or mfa_required
    Given the <application> is allowed the refresh token grant
    And Ava is a test user with a phone enrolled through the <application>
    When Ava signs in again, answering the MFA challenge with the SMS code and requesting the scopes "openid enroll offline_access"
    And the <application> refreshes Ava's tokens
    Then the tenant issues new tokens for Ava or answers "mfa_required"

    Examples:
      | application             |
      | regular web application |
      | single-page application |
