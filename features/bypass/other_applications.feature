Feature: No other application of the tenant is a way around MFA
  A user who has a factor is challenged at every application that can request the MFA API.
  A "confirmed factor" is confirmed in the administrator's list or active in the user's own list.
  Not covered: applications that are not named in the settings of this suite.

  Background:
    Given the SMS factor is enabled

  @MFA-BYP-020 @must
  Scenario Outline: A factor is required at a native application
    Given Ava is a test user with a phone enrolled through the <application>
    And Ben is a test user without a second factor
    When Ava signs in to the <other application>, requesting the MFA API
    Then sign-in stops at the MFA challenge
    When Ben signs in to the <other application>, requesting the MFA API
    Then sign-in succeeds without an MFA challenge

    Examples:
      | application             | other application  |
      | regular web application | native application |
      | single-page application | native application |

  @MFA-BYP-021 @must
  Scenario Outline: A factor is required at an application that cannot answer the MFA challenge
    Given Ava is a test user with a phone enrolled through the <first application>
    And Ben is a test user without a second factor
    And it is confirmed that the <application> gets an MFA API token for Ben with the password grant
    When the <application> requests an MFA API token for Ava with the password grant
    Then the request is refused with HTTP 400, 401 or 403
    And Ava's phone is her only confirmed factor
    When the <application> requests an MFA API token for Ben with the password grant
    Then the request succeeds

    Examples:
      | first application       | application             |
      | regular web application | application without MFA |
      | single-page application | application without MFA |

  @MFA-BYP-022 @must
  Scenario Outline: A third-party application cannot enroll a factor
    Given the <application> is allowed the MFA grant
    And Ava is a test user without a second factor
    When Ava tries to enroll her phone through the <other application>
    Then sign-in or enrollment is refused, at the latest at confirmation with "unauthorized_client"
    And Ava has no confirmed factor
    When Ava tries to enroll her phone through the <application>
    Then the request succeeds

    Examples:
      | application             | other application       |
      | regular web application | third-party application |
      | single-page application | third-party application |

  @MFA-BYP-023 @must
  Scenario Outline: Silent authentication at another application does not avoid MFA
    Given Ava is a test user without a second factor, signed in to the <application> for the MFA API, cookies kept
    And it is confirmed that silent authentication succeeds for Ava at the <other application>
    And Ava enrolled her phone with the MFA API token of her latest sign-in
    When the <application> requests an MFA API token for Ava by silent authentication
    Then silent authentication fails with "login_required", "interaction_required" or "mfa_required"
    When the <other application> requests an MFA API token for Ava by silent authentication
    Then silent authentication fails with "login_required", "interaction_required" or "mfa_required"

    Examples:
      | application             | other application       |
      | regular web application | single-page application |
      | single-page application | regular web application |
