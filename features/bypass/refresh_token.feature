Feature: A refresh token is no key that fits everywhere
  A refresh token renews what its application was given, for its user, and no more than that.
  Refused are another application, a token that was replaced, and scopes that were not granted.
  Not covered here: how long a refresh token lives.

  Background:
    Given these factors are on
      | SMS |

  @MFA-BYP-024 @must
  Scenario Outline: A refresh token is worthless at another application
    Given the <application> has the MFA grant
    And the <application> has the refresh token grant
    And the <other application> has the refresh token grant
    And Ava has a password and no second factor
    And the <application> renews Ava's tokens while she has no factor
    When Ava signs in at the <application> for the MFA API, asking only for "openid enroll offline_access"
    And Ava refreshes her tokens at the <other application>
    Then the tenant refuses
    And nothing is enrolled for Ava
    When Ava refreshes her tokens
    Then the tenant accepts it

    Examples:
      | application             | other application       |
      | regular web application | single-page application |
      | single-page application | regular web application |

  @MFA-BYP-025 @must
  Scenario Outline: Refreshing adds no scope
    Given the <application> has the MFA grant
    And the <application> has the refresh token grant
    And Ava has a password and no second factor
    And the <application> renews Ava's tokens while she has no factor
    When Ava signs in at the <application> for the MFA API, asking only for "openid enroll offline_access"
    And Ava refreshes her tokens, asking for "openid enroll remove:authenticators offline_access"
    Then Ava's access token does not have the scope "remove:authenticators"

    Examples:
      | application             |
      | regular web application |
      | single-page application |

  @MFA-BYP-026 @should
  Scenario Outline: A refresh token that was replaced is worthless
    Given the <application> has the MFA grant
    And the <application> has the refresh token grant
    And Ava has a password and no second factor
    And the <application> renews Ava's tokens while she has no factor
    When Ava signs in at the <application> for the MFA API, asking only for "openid enroll offline_access"
    And Ava refreshes her tokens
    Then the tenant accepts it
    When somebody presents the refresh token that Ava used
    Then the tenant takes it only if Ava got no other in its place
    And nothing is enrolled for Ava

    Examples:
      | application             |
      | regular web application |
      | single-page application |

  @MFA-BYP-027 @may
  Scenario Outline: A refresh token from after the second factor renews, or asks again
    Given the <application> has the MFA grant
    And the <application> has the refresh token grant
    And Ava has a password and no second factor
    And Ava enrolled her phone at the <application>
    When Ava signs in again with the texted code, asking for "openid enroll offline_access"
    And Ava refreshes her tokens
    Then the tenant renews Ava's tokens, or wants a second factor again

    Examples:
      | application             |
      | regular web application |
      | single-page application |
