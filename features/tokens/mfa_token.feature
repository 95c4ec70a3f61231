Feature: An `mfa_token` is valid for ten minutes, and only for answering the MFA challenge of its user and application
  The tenant returns an `mfa_token` with the error "mfa_required".
  Not covered: enrolling a factor with it (see enrollment/additional_factors.feature).
  A "confirmed factor" is one in the administrator's list or in the user's own.

  Background:
    Given the SMS factor is enabled

  @MFA-TOK-024 @must
  Scenario Outline: A user gets tokens with the password grant and an SMS code
    Given the <application> is allowed the password grant
    And Ava is a test user with a phone enrolled through the <application>
    When the <application> requests tokens for Ava with the password grant
    And Ava requests an SMS challenge
    Then the tenant returns an out-of-band code for SMS and asks for a binding code
    When Ava answers the MFA challenge with the SMS code
    Then the request succeeds
    And if the access token is a JWT, it names Ava, the application and the MFA API and expires within "expires_in"
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
    When the <application> requests tokens for Ava with the password grant
    And Ava requests an SMS challenge
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
    When the <application> requests tokens for Ava with the password grant
    And 11 minutes pass
    And Ava requests an SMS challenge
    Then the request is refused with HTTP 400, 401 or 403
    And Ava's phone is her only confirmed factor
    When the <application> requests tokens for Ava with the password grant
    And Ava requests an SMS challenge
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
    And the <application> requests tokens for Ava with the password grant
    And Ava requests an SMS challenge for Ben's phone
    Then the request is refused with HTTP 400, 401 or 403
    And Ava's phone is her only confirmed factor
    And Ben's phone receives no SMS message that he did not request
    When Ava requests an SMS challenge
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
    And Ava is a test user without a second factor, signed in to the <application>
    And Ava started enrolling her phone by SMS
    And the authenticator ID of Ava's phone is known from her list
    And Ava enrolled an authenticator app with the MFA API token of that sign-in
    When the <application> requests tokens for Ava with the password grant
    And Ava requests an SMS challenge for her unconfirmed phone
    Then the request is refused with HTTP 400, 401 or 403
    And Ava's authenticator app is her only confirmed factor
    When Ava answers the MFA challenge with the OTP code
    Then the request succeeds

    Examples:
      | application             |
      | regular web application |
      | single-page application |
