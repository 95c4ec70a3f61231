Feature: A recovery code works once, for its own user, and is replaced
  A "confirmed factor" is confirmed in the administrator's list or active in the user's own list.
  Not covered: recovery codes at sign-in (see bypass/mfa_challenge_codes.feature).

  @MFA-CNF-017 @must
  Scenario Outline: A recovery code is accepted once and is replaced by a new one
    Given the SMS and recovery code factors are enabled
    And the <application> is allowed the password grant
    And Ava is a test user with a phone enrolled through the <application>
    When the <application> requests an MFA API token for Ava with the password grant
    And Ava answers the MFA challenge with her recovery code
    Then the tenant issues a new recovery code for Ava
    When the <application> requests an MFA API token for Ava with the password grant
    And Ava answers the MFA challenge with her used recovery code
    Then the request is refused with "invalid_grant"
    And Ava's phone is her only confirmed factor
    When Ava answers the MFA challenge with her recovery code
    Then the tenant issues a new recovery code for Ava

    Examples:
      | application             |
      | regular web application |
      | single-page application |

  @MFA-CNF-026 @must
  Scenario Outline: Another user's recovery code is refused
    Given the SMS and recovery code factors are enabled
    And the <application> is allowed the password grant
    And Ava is a test user with a phone enrolled through the <application>
    And Ben is a test user with a phone enrolled through the <application>
    When the <application> requests an MFA API token for Ava with the password grant
    And Ava answers the MFA challenge with Ben's recovery code
    Then the request is refused with "invalid_grant"
    And Ava's phone is her only confirmed factor
    When Ava answers the MFA challenge with her recovery code
    Then the tenant issues a new recovery code for Ava

    Examples:
      | application             |
      | regular web application |
      | single-page application |
