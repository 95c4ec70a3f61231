Feature: A user enrolls a phone by SMS, then an authenticator app
  This is the main journey through the MFA API. Two settings must prevent it: an application without the MFA grant, and
  a disabled factor.
  Where a step names no token, the user sends the MFA API token of the latest sign-in.
  A "confirmed factor" is confirmed in the administrator's list or active in the user's own list.
  Not covered: voice, email, push notifications, recovery codes, and the pages of the application itself.

  @MFA-ENR-001 @must @browser @real-sms
  Scenario Outline: A user enrolls a phone by SMS, then an authenticator app, and either one is accepted at sign-in
    Given the SMS and one-time password factors are enabled
    And the <application> is allowed the MFA grant
    And Ava is a test user without a second factor

    When Ava signs in to the <application>, requesting the MFA API
    Then sign-in succeeds without an MFA challenge
    And Ava's access token is signed by the tenant and names her and the <application>
    And Ava's access token has the audience of the MFA API
    And Ava's access token includes the scopes "enroll read:authenticators remove:authenticators"
    And Ava's access token is valid for at most 600 seconds
    And Ava's ID token names her and the <application>

    When Ava starts enrolling her phone by SMS
    Then the tenant returns an out-of-band code for SMS and asks for a binding code
    And Ava's phone receives exactly one SMS message, with a six-digit code
    And Ava's authenticator list shows her phone as inactive, with its number masked

    When Ava confirms the enrollment with the SMS code, sending the MFA API token in the header and as "mfa_token"
    Then the tenant issues an access token with the MFA API scopes, valid for at most 600 seconds
    And if a JWT, the access token names Ava, the application and the MFA API and expires within "expires_in" seconds
    And if the tenant issues an ID token, it names Ava and the application
    And the administrator sees Ava's phone as confirmed, with its number masked

    When Ava signs in again, answering the MFA challenge with the SMS code
    Then sign-in succeeds after an SMS challenge
    When Ava starts enrolling an authenticator app
    Then Ava's QR code works in standard authenticator apps: SHA-1, 6 digits, 30 seconds
    And Ava's QR code and set-up key produce the same OTP codes
    And Ava's QR code contains the tenant's name and her email address
    When Ava confirms the enrollment with the OTP code
    Then the tenant issues an access token with the MFA API scopes, valid for at most 600 seconds
    And if a JWT, the access token names Ava, the application and the MFA API and expires within "expires_in" seconds

    And the administrator sees Ava's phone and authenticator app as confirmed
    And Ava's authenticator list shows her phone and her authenticator app as active
    When Ava signs in again, answering the MFA challenge with the SMS code
    Then sign-in succeeds after an SMS challenge
    When Ava signs in again, answering the MFA challenge with the OTP code
    Then sign-in succeeds after an OTP challenge
    When Ava signs in again, answering the MFA challenge with a wrong SMS code
    Then sign-in stops at the MFA challenge
    When Ava signs in again, giving only her password
    Then sign-in stops at the MFA challenge
    And Ava's phone receives only SMS messages that she requested

    Examples:
      | application             |
      | regular web application |
      | single-page application |

  @MFA-ENR-002 @must
  Scenario Outline: An authenticator app is confirmed with the MFA API token in the header and the body
    Given the one-time password factor is enabled
    And Ava is a test user without a second factor, signed in to the <application> for the MFA API
    And Ava started enrolling an authenticator app
    When Ava confirms the enrollment with the OTP code, sending the MFA API token in the header and as "mfa_token"
    Then the tenant issues an access token with the MFA API scopes, valid for at most 600 seconds
    And if a JWT, the access token names Ava, the application and the MFA API and expires within "expires_in" seconds
    And the administrator sees Ava's authenticator app as confirmed

    Examples:
      | application             |
      | regular web application |
      | single-page application |

  @MFA-ENR-003 @must
  Scenario Outline: An application without the MFA grant cannot enroll a factor
    Given the <application> is not allowed the MFA grant
    And Ava is a test user without a second factor
    When Ava tries to enroll her phone through the <application>
    Then sign-in or enrollment is refused, at the latest at confirmation with "unauthorized_client"
    And Ava has no confirmed factor
    When Ava tries to enroll her phone through the <other application>
    Then the request succeeds

    Examples:
      | application             | other application       |
      | regular web application | single-page application |
      | single-page application | regular web application |

  @MFA-ENR-004 @must
  Scenario Outline: A phone cannot be enrolled while the SMS factor is disabled
    Given the SMS factor is disabled
    And Ava is a test user without a second factor, signed in to the <application> for the MFA API
    When Ava starts enrolling her phone by SMS
    Then the request is refused with HTTP 400, 401 or 403
    And Ava has no confirmed factor
    And Ava's phone receives only SMS messages that she requested
    When Ava starts enrolling an authenticator app
    Then the request succeeds

    Examples:
      | application             |
      | regular web application |
      | single-page application |

  @MFA-ENR-005 @must
  Scenario Outline: An authenticator app cannot be enrolled while the one-time password factor is disabled
    Given the one-time password factor is disabled
    And Ava is a test user without a second factor, signed in to the <application> for the MFA API
    When Ava starts enrolling an authenticator app
    Then the request is refused with HTTP 400, 401 or 403
    And Ava has no confirmed factor
    When Ava starts enrolling her phone by SMS
    Then the request succeeds

    Examples:
      | application             |
      | regular web application |
      | single-page application |
