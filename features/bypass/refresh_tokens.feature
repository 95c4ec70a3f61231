Feature: A refresh token works only for its own application, user and scopes
  Without refresh token rotation a refresh token stays valid after its use. MFA-CFG-016 judges that setting.
  A "confirmed factor" is confirmed in the administrator's list or active in the user's own list.
  Not covered: how long a refresh token is valid.

  Background:
    Given the SMS factor is enabled

  @MFA-BYP-024 @must
  Scenario Outline: A refresh token cannot be used by another application
    Given the <application> is allowed the MFA grant
    And the <application> is allowed the refresh token grant
    And the <other application> is allowed the refresh token grant
    And Ava is a test user without a second factor
    And it is confirmed that the <application> can refresh Ava's tokens
    When Ava signs in to the <application>, requesting the MFA API with the scopes "openid enroll offline_access"
    And the <other application> uses Ava's refresh token
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
    When Ava signs in to the <application>, requesting the MFA API with the scopes "openid enroll offline_access"
    And the <application> refreshes Ava's tokens with the scopes "openid enroll remove:authenticators offline_access"
    Then Ava's access token does not include the scope "remove:authenticators"

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
    When Ava signs in to the <application>, requesting the MFA API with the scopes "openid enroll offline_access"
    And the <application> refreshes Ava's tokens
    Then the request succeeds
    When an attacker uses Ava's previous refresh token
    Then if the refresh returned a new refresh token for Ava, the attacker's request is refused
    And Ava has no confirmed factor

    Examples:
      | application             |
      | regular web application |
      | single-page application |

  @MFA-BYP-027 @may
  Scenario Outline: A refresh token obtained after MFA yields tokens of the same user, or mfa_required
    Given the <application> is allowed the refresh token grant
    And Ava is a test user with a phone enrolled through the <application>
    When Ava signs in again, answering the MFA challenge with the SMS code, requesting "openid enroll offline_access"
    And the <application> refreshes Ava's tokens
    Then the tenant issues new tokens for Ava or answers "mfa_required"

    Examples:
      | application             |
      | regular web application |
      | single-page application |
