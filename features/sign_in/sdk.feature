Feature: A login through the vendor's own SDK leads to a token that enrolls
  Few single-page applications write their login request themselves: the vendor's SDK does, and fetches the tokens as well.
  Told to ask for the MFA API and its scopes, and changed in nothing else, it gets a token that enrolls.
  Refused is nothing here: a tenant that turns the SDK away stops every application that is built on it.
  Not covered here: the SDK's own calls to the MFA API, and SDKs for other platforms.

  @MFA-SGN-007 @may @browser
  Scenario Outline: A login through the SDK, told only of the MFA API, enrolls a phone
    Given these factors are on
      | SMS |
    And the <application> has the MFA grant
    And Ava has a password and no second factor
    And the application that Ava uses signs users in through Auth0's SDK
    When Ava signs in at the <application> through the SDK, told only of the MFA API and its scopes
    Then Ava is let in, and was not asked for a second factor
    And Ava's access token is for the MFA API
    And Ava's access token has the scopes "enroll read:authenticators remove:authenticators"
    When Ava asks to enroll her phone
    Then the tenant wants the code that it texts
    When Ava answers with the texted code, the token in header and body
    Then the tenant accepts it
    And the administrator sees Ava's phone, confirmed and masked

    Examples:
      | application             |
      | single-page application |
