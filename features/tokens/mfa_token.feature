Feature: An `mfa_token` is valid for ten minutes, and only for its own user and application
  The tenant returns an `mfa_token` with the error "mfa_required". "The mfa_token" is the latest one of the user.
  A "confirmed factor" is confirmed in the administrator's list or active in the user's own list.
  Scenarios with @moves-clock run only on a tenant whose clock the suite may set.
  Not covered: enrolling a factor with it (see enrollment/additional_factors.feature).

  Background:
    Given the SMS factor is enabled

  @MFA-TOK-024 @must
  Scenario Outline: A user gets tokens with the password grant and an SMS code
    Given the <application> is allowed the password grant
    And Ava is a test user with a phone enrolled through the <application>
    When the <application> requests an MFA API token for Ava with the password grant
    And Ava requests an SMS challenge with the mfa_token
    Then the tenant returns an out-of-band code for SMS and asks for a binding code
    When Ava answers the MFA challenge with the SMS code
    Then the request succeeds
    And if a JWT, the access token names Ava, the application and the MFA API and expires within "expires_in" seconds
    And if the tenant issues an ID token, it names Ava and the application

    Examples:
      | application             |
      | regular web application |
      | single-page application |

  @MFA-TOK-025 @must
  Scenario Outline: An mfa_token cannot be used by another application
    Given the <other application> is allowed the MFA grant
    And the <application> is allowed the password grant
    And Ava is a test user with a phone enrolled through the <application>
    When the <application> requests an MFA API token for Ava with the password grant
    And Ava requests an SMS challenge with the mfa_token
    And Ava answers the MFA challenge with the SMS code through the <other application>
    Then the request is refused with HTTP 400, 401 or 403
    And Ava's phone is her only confirmed factor
    When Ava answers the MFA challenge with the SMS code
    Then the request succeeds

    Examples:
      | application             | other application       |
      | regular web application | single-page application |
      | single-page application | regular web application |

  @MFA-TOK-026 @must @moves-clock
  Scenario Outline: An mfa_token expires
    Given the <application> is allowed the password grant
    And Ava is a test user with a phone enrolled through the <application>
    When the <application> requests an MFA API token for Ava with the password grant
    And 11 minutes pass
    And Ava requests an SMS challenge with the mfa_token
    Then the request is refused with HTTP 400, 401 or 403
    And Ava's phone is her only confirmed factor
    When the <application> requests an MFA API token for Ava with the password grant
    And Ava requests an SMS challenge with the mfa_token
    And Ava answers the MFA challenge with the SMS code
    Then the request succeeds

    Examples:
      | application             |
      | regular web application |
      | single-page application |

  @MFA-TOK-027 @must
  Scenario Outline: A user cannot request an SMS challenge for another user's phone
    Given the <application> is allowed the password grant
    And Ava is a test user with a phone enrolled through the <application>
    And Ben is a test user with a phone enrolled through the <application>
    When Ben signs in again, answering the MFA challenge with the SMS code
    And the <application> requests an MFA API token for Ava with the password grant
    And Ava requests an SMS challenge for Ben's phone with the mfa_token
    Then the request is refused with HTTP 400, 401 or 403
    And Ava's phone is her only confirmed factor
    And Ben's phone receives only SMS messages that he requested
    When Ava requests an SMS challenge with the mfa_token
    And Ava answers the MFA challenge with the SMS code
    Then the request succeeds

    Examples:
      | application             |
      | regular web application |
      | single-page application |

  @MFA-TOK-029 @must
  Scenario Outline: A user cannot request an SMS challenge for an unconfirmed phone
    Given the one-time password factor is enabled
    And the <application> is allowed the password grant
    And Ava is a test user without a second factor, signed in to the <application> for the MFA API
    And Ava started enrolling her phone by SMS
    And the authenticator ID of Ava's phone is known from her list
    And Ava enrolled an authenticator app with the MFA API token of her latest sign-in
    When the <application> requests an MFA API token for Ava with the password grant
    And Ava requests an SMS challenge for her unconfirmed phone with the mfa_token
    Then the request is refused with HTTP 400, 401 or 403
    And Ava's authenticator app is her only confirmed factor
    When Ava answers the MFA challenge with the OTP code, using the same mfa_token
    Then the request succeeds

    Examples:
      | application             |
      | regular web application |
      | single-page application |
