Feature: An MFA API token carries the audience and the scopes that were requested, and no more
  Where a step names no token, the user sends the MFA API token of the latest sign-in.
  A "confirmed factor" is confirmed in the administrator's list or active in the user's own list.
  Not covered: who may request the tenant's other APIs.

  Background:
    Given the SMS factor is enabled

  @MFA-TOK-004 @should
  Scenario Outline: The MFA API's audience without its trailing slash is unknown or means the MFA API
    Given the <application> is allowed the MFA grant
    And Ava is a test user without a second factor
    When Ava signs in to the <application>, requesting the MFA API without its trailing slash
    Then sign-in is refused with "access_denied" or returns a token for the MFA API

    Examples:
      | application             |
      | regular web application |
      | single-page application |

  @MFA-TOK-005 @must
  Scenario Outline: A sign-in that requests an unknown API is refused
    Given the <application> is allowed the MFA grant
    And Ava is a test user without a second factor
    When Ava signs in to the <application>, requesting an API that does not exist
    Then the request is refused with "access_denied"
    And Ava has no confirmed factor
    When Ava signs in to the <application>, requesting the MFA API
    Then sign-in succeeds without an MFA challenge

    Examples:
      | application             |
      | regular web application |
      | single-page application |

  @MFA-TOK-006 @must
  Scenario Outline: A token without the scope read:authenticators cannot list factors
    Given the <application> is allowed the MFA grant
    And Ava is a test user without a second factor
    When Ava signs in to the <application>, requesting the MFA API with the scopes "openid enroll"
    And Ava lists her authenticators
    Then the request is refused with HTTP 400, 401 or 403
    And Ava has no confirmed factor
    When Ava signs in to the <application>, requesting the MFA API
    And Ava lists her authenticators
    Then the request succeeds

    Examples:
      | application             |
      | regular web application |
      | single-page application |

  @MFA-TOK-007 @must
  Scenario Outline: A token without the scope remove:authenticators cannot remove a factor
    Given the <application> is allowed the MFA grant
    And Ava is a test user without a second factor
    When Ava signs in to the <application>, requesting the MFA API with the scopes "openid enroll read:authenticators"
    And Ava starts enrolling her phone by SMS
    And Ava removes her phone
    Then the request is refused with HTTP 400, 401 or 403
    And Ava has no confirmed factor
    And Ava's authenticator list shows her phone as inactive, with its number masked
    When Ava signs in to the <application>, requesting the MFA API
    And Ava removes her phone
    Then the request succeeds
    And Ava's authenticator list shows no phone

    Examples:
      | application             |
      | regular web application |
      | single-page application |

  @MFA-TOK-008 @must
  Scenario Outline: A scope that the MFA API does not define is not granted
    Given the <application> is allowed the MFA grant
    And Ava is a test user without a second factor
    When Ava signs in to the <application>, requesting the MFA API with the scopes "openid enroll update:users"
    Then Ava's access token includes the scopes "enroll"
    And Ava's access token does not include the scope "update:users"

    Examples:
      | application             |
      | regular web application |
      | single-page application |

  @MFA-TOK-009 @should
  Scenario Outline: Without the scopes openid and offline_access no ID token and no refresh token is issued
    Given the <application> is allowed the MFA grant
    And Ava is a test user without a second factor
    When Ava signs in to the <application>, requesting the MFA API with the scopes "enroll read:authenticators"
    Then Ava receives no ID token
    And Ava receives no refresh token
    When Ava starts enrolling her phone by SMS
    Then the request succeeds

    Examples:
      | application             |
      | regular web application |
      | single-page application |
