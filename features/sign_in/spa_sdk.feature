Feature: A sign-in through auth0-spa-js yields a token that enrolls a factor
  Most single-page applications sign users in with this SDK. It is told to request the MFA API and its scopes, and
  nothing else is changed.
  Not covered: the SDK's own MFA methods, and SDKs for other platforms.

  @MFA-SGN-007 @may @browser
  Scenario Outline: A sign-in through auth0-spa-js yields a token that enrolls a phone
    Given the SMS factor is enabled
    And the <application> is allowed the MFA grant
    And Ava is a test user without a second factor
    And the auth0-spa-js SDK is available
    When Ava signs in to the <application> through auth0-spa-js, requesting the MFA API
    Then sign-in succeeds without an MFA challenge
    And Ava's access token has the audience of the MFA API
    And Ava's access token includes the scopes "enroll read:authenticators remove:authenticators"
    When Ava starts enrolling her phone by SMS
    Then the tenant returns an out-of-band code for SMS and asks for a binding code
    When Ava confirms the enrollment with the SMS code
    Then the request succeeds
    And the administrator sees Ava's phone as confirmed, with its number masked

    Examples: auth0-spa-js is for single-page applications
      | application             |
      | single-page application |
