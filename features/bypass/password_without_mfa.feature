Feature: A password alone never yields an MFA API token for a user who has a factor
  Sign-in, the password grants and refresh tokens are tried, also after an administrator or an attacker has changed the
  account. A "confirmed factor" is confirmed in the administrator's list or active in the user's own list.
  Not covered: silent authentication and remembered browsers (see sign_in/).

  Background:
    Given the SMS and one-time password factors are enabled

  @MFA-BYP-001 @must
  Scenario Outline: The password grant answers mfa_required for a user who has a factor
    Given the <application> is allowed the password grant
    And Ava is a test user with <factor> enrolled through the <application>
    And Ben is a test user without a second factor
    And it is confirmed that the <application> gets an MFA API token for Ben with the password grant
    When the <application> requests an MFA API token for Ava with the password grant
    Then the request is refused with "mfa_required" and an mfa_token
    When the <application> requests an MFA API token for Ben with the password grant
    Then the request succeeds

    Examples: Further rows use one application, as the rule does not depend on it
      | application             | factor               |
      | regular web application | a phone              |
      | single-page application | a phone              |
      | single-page application | an authenticator app |

  @MFA-BYP-002 @must
  Scenario Outline: A refresh token from before the first factor cannot be used after it
    Given the <application> is allowed the MFA grant
    And the <application> is allowed the refresh token grant
    And Ava is a test user without a second factor
    And it is confirmed that the <application> can refresh Ava's tokens
    When Ava signs in to the <application>, requesting the MFA API with the scopes "openid enroll offline_access"
    And Ava starts enrolling her phone by SMS
    And the <application> refreshes Ava's tokens
    Then the request succeeds
    When Ava confirms the enrollment with the SMS code
    Then the request succeeds
    When the <application> refreshes Ava's tokens
    Then the request is refused with "mfa_required" and an mfa_token

    Examples:
      | application             |
      | regular web application |
      | single-page application |

  @MFA-BYP-003 @must
  Scenario Outline: Requesting fewer scopes does not avoid MFA
    Given Ava is a test user with a phone enrolled through the <application>
    When Ava signs in to the <application>, requesting the MFA API with the scopes "<scopes>"
    Then sign-in stops at the MFA challenge
    When Ava signs in again, answering the MFA challenge with the SMS code
    Then sign-in succeeds after an SMS challenge

    Examples: Further rows use one application, as the rule does not depend on it
      | application             | scopes              |
      | regular web application | openid              |
      | single-page application | openid              |
      | single-page application | read:authenticators |

  @MFA-BYP-004 @must
  Scenario Outline: A factor is required at every application of the tenant
    Given Ava is a test user with a phone enrolled through the <application>
    When Ava signs in to the <other application>, requesting the MFA API
    Then sign-in stops at the MFA challenge
    When Ava signs in again, answering the MFA challenge with the SMS code
    Then sign-in succeeds after an SMS challenge

    Examples:
      | application             | other application       |
      | regular web application | single-page application |
      | single-page application | regular web application |

  @MFA-BYP-005 @must
  Scenario Outline: Changing the password or the email address does not remove the factor
    Given Ava is a test user with a phone enrolled through the <application>
    When the administrator changes Ava's <attribute>
    And Ava signs in again, giving only her password
    Then sign-in stops at the MFA challenge
    When Ava signs in again, answering the MFA challenge with the SMS code
    Then sign-in succeeds after an SMS challenge

    Examples: Further rows use one application, as the rule does not depend on it
      | application             | attribute     |
      | regular web application | password      |
      | single-page application | password      |
      | single-page application | email address |

  @MFA-BYP-016 @must
  Scenario Outline: The password-realm grant answers mfa_required for a user who has a factor
    Given Ava is a test user with a phone enrolled through the <application>
    And Ben is a test user without a second factor
    And it is confirmed that the <application> gets an MFA API token for Ben with the password-realm grant
    When the <application> requests an MFA API token for Ava with the password-realm grant
    Then the request is refused with "mfa_required" and an mfa_token
    When the <application> requests an MFA API token for Ben with the password-realm grant
    Then the request succeeds

    Examples:
      | application             |
      | regular web application |
      | single-page application |

  @MFA-BYP-017 @must
  Scenario Outline: A user with the same email address in another connection is another user
    Given Ava is a test user with a phone enrolled through the <application>
    And Eve is a test user with Ava's email address in the other connection of the <application>
    When Eve signs in to the <application> through the other connection, requesting the MFA API
    Then sign-in succeeds without an MFA challenge
    And Eve's access token is signed by the tenant and names her and the <application>
    And Eve's authenticator list shows no phone
    When Ava signs in again, giving only her password
    Then sign-in stops at the MFA challenge

    Examples:
      | application             |
      | regular web application |
      | single-page application |

  @MFA-BYP-018 @must
  Scenario Outline: A sign-up with an email address that is taken is refused
    Given it is confirmed that users can sign up at the <application>
    And Ava is a test user with a phone enrolled through the <application>
    When an attacker signs up at the <application> with Ava's email address
    Then the request is refused with HTTP 400, 401 or 403
    And Ava's phone is her only confirmed factor
    When Ava signs in again, answering the MFA challenge with the SMS code
    Then sign-in succeeds after an SMS challenge

    Examples:
      | application             |
      | regular web application |
      | single-page application |

  @MFA-BYP-019 @must
  Scenario Outline: Requesting a password reset does not change the password
    Given Ava is a test user with a phone enrolled through the <application>
    When an attacker requests a password reset for Ava, naming a new password
    Then Ava's phone is her only confirmed factor
    When Ava signs in to the <application> with the password named in that request
    Then sign-in fails before any MFA challenge
    When Ava signs in again, answering the MFA challenge with the SMS code
    Then sign-in succeeds after an SMS challenge

    Examples:
      | application             |
      | regular web application |
      | single-page application |

  @MFA-BYP-029 @must
  Scenario Outline: No request parameter avoids MFA
    Given Ava is a test user with a phone enrolled through the <application>
    When Ava signs in again with <parameter>, giving only her password
    Then sign-in stops at the MFA challenge
    When Ava signs in again, answering the MFA challenge with the SMS code
    Then sign-in succeeds after an SMS challenge

    Examples: Further rows use one application, as the rule does not depend on it
      | application             | parameter                  |
      | regular web application | the "connection" parameter |
      | single-page application | the "connection" parameter |
      | single-page application | "prompt=login"             |
      | single-page application | "max_age=3600"             |
      | single-page application | a low "acr_values" level   |
