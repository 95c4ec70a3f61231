Feature: The MFA API accepts only valid tokens that the tenant issued for it
  The MFA API refuses tokens issued for another purpose, for a deleted user or by another tenant, and forged, altered or
  expired tokens. Where a step names no token, the user sends the MFA API token of the latest sign-in.
  A "confirmed factor" is confirmed in the administrator's list or active in the user's own list.
  Scenarios with @moves-clock run only on a tenant whose clock the suite may set.
  Not covered: the `mfa_token` (see mfa_token.feature).

  Background:
    Given the SMS factor is enabled

  @MFA-TOK-010 @must
  Scenario Outline: An access token without an audience cannot enroll a factor
    Given the <application> is allowed the MFA grant
    And Ava is a test user without a second factor
    And it is confirmed that Ava can sign in to the <application> without an audience
    When Ava signs in to the <application>, without an audience
    And Ava starts enrolling her phone by SMS
    Then the request is refused with HTTP 400, 401 or 403
    And Ava has no confirmed factor
    When Ava signs in to the <application>, requesting the MFA API
    And Ava starts enrolling her phone by SMS
    Then the request succeeds

    Examples:
      | application             |
      | regular web application |
      | single-page application |

  @MFA-TOK-011 @must
  Scenario Outline: An ID token cannot enroll a factor
    Given Ava is a test user without a second factor, signed in to the <application> for the MFA API
    When Ava starts enrolling her phone by SMS with her ID token
    Then the request is refused with HTTP 400, 401 or 403
    And Ava has no confirmed factor
    When Ava starts enrolling her phone by SMS
    Then the request succeeds

    Examples:
      | application             |
      | regular web application |
      | single-page application |

  @MFA-TOK-012 @must
  Scenario Outline: An MFA API token does not give access to the Management API
    Given Ava is a test user without a second factor, signed in to the <application> for the MFA API
    When Ava requests her user record from the Management API with her MFA API token
    Then the request is refused with HTTP 400, 401 or 403
    And Ava has no confirmed factor
    When Ava lists her authenticators
    Then the request succeeds

    Examples:
      | application             |
      | regular web application |
      | single-page application |

  @MFA-TOK-013 @must @moves-clock
  Scenario Outline: An expired MFA API token cannot enroll a factor
    Given Ava is a test user without a second factor, signed in to the <application> for the MFA API
    When 11 minutes pass
    And Ava starts enrolling her phone by SMS with her MFA API token
    Then the request is refused with HTTP 400, 401 or 403
    And Ava has no confirmed factor
    When Ava signs in to the <application>, requesting the MFA API
    And Ava starts enrolling her phone by SMS
    Then the request succeeds

    Examples:
      | application             |
      | regular web application |
      | single-page application |

  @MFA-TOK-014 @must
  Scenario Outline: A token that the tenant did not sign cannot enroll a factor
    Given Ava is a test user without a second factor, signed in to the <application> for the MFA API
    When Ava starts enrolling her phone by SMS with <token>
    Then the request is refused with HTTP 400, 401 or 403
    And Ava has no confirmed factor
    When Ava starts enrolling her phone by SMS
    Then the request succeeds

    Examples: Further rows use one application, as the rule does not depend on it
      | application             | token                                   |
      | regular web application | a token signed with a foreign key       |
      | single-page application | a token signed with a foreign key       |
      | single-page application | a token of another issuer               |
      | single-page application | a token that carries its own key        |
      | single-page application | a token with the algorithm "none"       |
      | single-page application | her MFA API token without its signature |

  @MFA-TOK-015 @must
  Scenario Outline: A token with added scopes cannot enroll a factor
    Given the <application> is allowed the MFA grant
    And Ava is a test user without a second factor
    When Ava signs in to the <application>, requesting the MFA API with the scopes "openid read:authenticators"
    And Ava starts enrolling her phone by SMS with her MFA API token with scopes added
    Then the request is refused with HTTP 400, 401 or 403
    And Ava has no confirmed factor
    When Ava signs in to the <application>, requesting the MFA API
    And Ava starts enrolling her phone by SMS
    Then the request succeeds

    Examples:
      | application             |
      | regular web application |
      | single-page application |

  @MFA-TOK-016 @must
  Scenario Outline: The MFA API token of a deleted user cannot enroll a factor
    Given Ava is a test user without a second factor, signed in to the <application> for the MFA API
    And Ben is a test user without a second factor, signed in to the <application> for the MFA API
    When the administrator deletes Ava
    And Ava starts enrolling her phone by SMS with her MFA API token
    Then the request is refused with HTTP 400, 401 or 403
    And no user with Ava's email address exists
    When Ben starts enrolling his phone by SMS
    Then the request succeeds

    Examples:
      | application             |
      | regular web application |
      | single-page application |

  @MFA-TOK-017 @should
  Scenario Outline: The ID token says whether MFA was used
    Given Ava is a test user with a phone enrolled through the <application>
    Then Ava's ID token does not say that MFA was used
    When Ava signs in again, answering the MFA challenge with the SMS code
    Then Ava's ID token says that MFA was used

    Examples:
      | application             |
      | regular web application |
      | single-page application |

  @MFA-TOK-018 @must
  Scenario Outline: An MFA API token of another tenant cannot enroll a factor
    Given the <application> is allowed the MFA grant
    And Ava is a test user without a second factor
    And a user of another tenant has Ava's user ID and signed in there to the <application>
    When the other tenant's user starts enrolling Ava's phone with that tenant's MFA API token
    Then the request is refused with HTTP 400, 401 or 403
    And Ava has no confirmed factor
    When Ava signs in to the <application>, requesting the MFA API
    And Ava starts enrolling her phone by SMS
    Then the request succeeds

    Examples:
      | application             |
      | regular web application |
      | single-page application |

  @MFA-TOK-019 @must @moves-clock
  Scenario Outline: An expired MFA API token can neither list nor confirm factors
    Given Ava is a test user without a second factor, signed in to the <application> for the MFA API
    And Ava started enrolling an authenticator app
    When 11 minutes pass
    And Ava lists her authenticators
    Then the request is refused with HTTP 400, 401 or 403
    And Ava has no confirmed factor
    When Ava confirms the enrollment with the OTP code
    Then the request is refused with HTTP 400, 401 or 403
    And Ava has no confirmed factor
    When Ava signs in to the <application>, requesting the MFA API
    And Ava starts enrolling an authenticator app
    And Ava confirms the enrollment with the OTP code
    Then the request succeeds

    Examples:
      | application             |
      | regular web application |
      | single-page application |

  @MFA-TOK-028 @must @moves-clock
  Scenario Outline: An expired MFA API token cannot remove a factor
    Given Ava is a test user with a phone enrolled through the <application>
    And Ava signed in again, answering the MFA challenge with the SMS code
    And the authenticator ID of Ava's phone is known from her list
    When 11 minutes pass
    And Ava removes the phone with that authenticator ID
    Then the request is refused with HTTP 400, 401 or 403
    And Ava's phone is her only confirmed factor
    When Ava signs in again, answering the MFA challenge with the SMS code
    And Ava removes the phone with that authenticator ID
    Then the request succeeds
    And Ava's authenticator list shows no phone

    Examples:
      | application             |
      | regular web application |
      | single-page application |
