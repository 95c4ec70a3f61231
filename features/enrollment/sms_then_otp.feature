Feature: A user enrolls a phone first, then an authenticator app
  A user with a password and nothing else can enroll a phone by SMS, and after that an authenticator app, through the
  MFA API; from then on each of the two opens the door, and the password alone no longer does.
  Refused is an enrollment at an application without the MFA grant, and one of a factor that is off.
  Not covered here: voice, e-mail, push and recovery codes; and what the pages of the application itself do.

  @MFA-ENR-001 @must @browser @real-sms
  Scenario Outline: A user enrolls a phone, then an app, and each opens the door
    Given these factors are on
      | SMS               |
      | one-time password |
    And the <application> has the MFA grant
    And Ava has a password and no second factor

    When Ava signs in at the <application> for the MFA API
    Then Ava is let in, and was not asked for a second factor
    And Ava's access token is signed by the tenant, for her and the <application>
    And Ava's access token is for the MFA API
    And Ava's access token has the scopes "enroll read:authenticators remove:authenticators"
    And Ava's access token lasts at most 600 seconds
    And Ava's id token names her, and was made for the <application>

    When Ava asks to enroll her phone
    Then the tenant wants the code that it texts
    And Ava's phone received exactly one text, with six digits
    And Ava sees her phone in her list, masked and not active

    When Ava answers with the texted code, the token in header and body
    Then Ava gets a token to manage her factors, for at most 600 seconds
    And that token is Ava's own, for the MFA API, and lasts no longer than it says
    And an id token that came beside it is Ava's own too
    And the administrator sees Ava's phone, confirmed and masked

    When Ava signs in again with the texted code
    Then Ava is let in, after she was asked for the texted code
    When Ava asks to enroll an authenticator app
    Then Ava's app needs nothing that other apps lack
    And typing the key and scanning the code give Ava's app the same codes
    And Ava's app shows the tenant's name and her e-mail address
    When Ava answers with the app's code, the token in the body
    Then Ava gets a token to manage her factors, for at most 600 seconds
    And that token is Ava's own, for the MFA API, and lasts no longer than it says

    And the administrator sees Ava's phone and app, confirmed
    And Ava sees her phone and her app in her list, active
    When Ava signs in again with the texted code
    Then Ava is let in, after she was asked for the texted code
    When Ava signs in again with the app's code
    Then Ava is let in, after she was asked for the app's code
    When Ava signs in again with a code that was not texted to her
    Then Ava is not let in, but asked for a second factor
    When Ava signs in again and tries to pass by the second factor
    Then Ava is not let in, but asked for a second factor
    And no text came to Ava's phone that she had not caused

    Examples:
      | application             |
      | regular web application |
      | single-page application |

  @MFA-ENR-002 @must
  Scenario Outline: An authenticator app is confirmed with the token in header and body
    Given these factors are on
      | one-time password |
    And the <application> has the MFA grant
    And Ava has a password and no second factor
    And Ava signed in at the <application> for the MFA API
    And Ava asked to enroll an authenticator app
    When Ava answers with the app's code, the token in header and body
    Then Ava gets a token to manage her factors, for at most 600 seconds
    And that token is Ava's own, for the MFA API, and lasts no longer than it says
    And the administrator sees Ava's app, confirmed

    Examples:
      | application             |
      | regular web application |
      | single-page application |

  @MFA-ENR-003 @must
  Scenario Outline: Without the MFA grant no factor gets enrolled
    Given the <application> does not have the MFA grant
    And Ava has a password and no second factor
    When Ava tries to enroll her phone at the <application>, going as far as she can
    Then the tenant refused at one of its gates, at the last with "unauthorized_client"
    And nothing is enrolled for Ava
    When Ava tries to enroll her phone at the <other application>, going as far as she can
    Then the tenant accepts it

    Examples:
      | application             | other application       |
      | regular web application | single-page application |
      | single-page application | regular web application |

  @MFA-ENR-004 @must
  Scenario Outline: A phone cannot be enrolled while SMS is off
    Given the factor SMS is off
    And Ava has a password and no second factor
    And Ava signed in at the <application> for the MFA API
    When Ava asks to enroll her phone
    Then the tenant refuses
    And nothing is enrolled for Ava
    And no text came to Ava's phone that she had not caused
    When Ava asks to enroll an authenticator app
    Then the tenant accepts it

    Examples:
      | application             |
      | regular web application |
      | single-page application |

  @MFA-ENR-005 @must
  Scenario Outline: An authenticator app cannot be enrolled while one-time passwords are off
    Given the factor one-time password is off
    And Ava has a password and no second factor
    And Ava signed in at the <application> for the MFA API
    When Ava asks to enroll an authenticator app
    Then the tenant refuses
    And nothing is enrolled for Ava
    When Ava asks to enroll her phone
    Then the tenant accepts it

    Examples:
      | application             |
      | regular web application |
      | single-page application |
