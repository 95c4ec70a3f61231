Feature: Only the tenant's own token for the MFA API opens it
  The MFA API lets in a token that the tenant signed, for that API, for somebody who is there, in its ten minutes.
  Refused are tokens for anything else, forged and altered ones, tokens that ran out, and those of users who are gone.
  Not covered here: the opaque token that a password alone earns.

  Background:
    Given these factors are on
      | SMS |

  @MFA-TOK-010 @must
  Scenario Outline: A token for no API enrolls nothing
    Given the <application> has the MFA grant
    And Ava has a password and no second factor
    And the <application> lets Ava in for no API at all
    When Ava signs in at the <application> for no API at all
    And Ava asks to enroll her phone
    Then the tenant refuses
    And nothing is enrolled for Ava
    When Ava signs in at the <application> for the MFA API
    And Ava asks to enroll her phone
    Then the tenant accepts it

    Examples:
      | application             |
      | regular web application |
      | single-page application |

  @MFA-TOK-011 @must
  Scenario Outline: An id token enrolls nothing
    Given the <application> has the MFA grant
    And Ava has a password and no second factor
    And Ava signed in at the <application> for the MFA API
    When Ava asks to enroll her phone with her id token
    Then the tenant refuses
    And nothing is enrolled for Ava
    When Ava asks to enroll her phone
    Then the tenant accepts it

    Examples:
      | application             |
      | regular web application |
      | single-page application |

  @MFA-TOK-012 @must
  Scenario Outline: The token for the MFA API does not open the administrator's door
    Given the <application> has the MFA grant
    And Ava has a password and no second factor
    And Ava signed in at the <application> for the MFA API
    When Ava asks for her record where the administrator looks it up
    Then the tenant refuses
    And nothing is enrolled for Ava
    When Ava looks at her list
    Then the tenant accepts it

    Examples:
      | application             |
      | regular web application |
      | single-page application |

  @MFA-TOK-013 @must @moves-clock
  Scenario Outline: A token that ran out enrolls nothing
    Given the <application> has the MFA grant
    And Ava has a password and no second factor
    And Ava signed in at the <application> for the MFA API
    When 11 minutes pass
    And Ava asks to enroll her phone
    Then the tenant refuses
    And nothing is enrolled for Ava
    When Ava signs in at the <application> for the MFA API
    And Ava asks to enroll her phone
    Then the tenant accepts it

    Examples:
      | application             |
      | regular web application |
      | single-page application |

  @MFA-TOK-014 @must
  Scenario Outline: A token that the tenant did not sign enrolls nothing
    Given the <application> has the MFA grant
    And Ava has a password and no second factor
    And Ava signed in at the <application> for the MFA API
    When Ava asks to enroll her phone with <forgery>
    Then the tenant refuses
    And nothing is enrolled for Ava
    When Ava asks to enroll her phone
    Then the tenant accepts it

    Examples:
      | application             | forgery                          |
      | regular web application | a token signed by a stranger     |
      | single-page application | a token signed by a stranger     |
      | single-page application | a token of another issuer        |
      | single-page application | a token that brings its own key  |
      | single-page application | a token under the algorithm none |
      | single-page application | her token without its signature  |

  @MFA-TOK-015 @must
  Scenario Outline: A token into which scopes were written enrolls nothing
    Given the <application> has the MFA grant
    And Ava has a password and no second factor
    When Ava signs in at the <application> for the MFA API, asking only for "openid read:authenticators"
    And Ava asks to enroll her phone with her token with more scopes written in
    Then the tenant refuses
    And nothing is enrolled for Ava
    When Ava signs in at the <application> for the MFA API
    And Ava asks to enroll her phone
    Then the tenant accepts it

    Examples:
      | application             |
      | regular web application |
      | single-page application |

  @MFA-TOK-016 @must
  Scenario Outline: The token of somebody who is gone enrolls nothing
    Given the <application> has the MFA grant
    And Ava has a password and no second factor
    And Ben has a password and no second factor
    And Ava signed in at the <application> for the MFA API
    And Ben signed in at the <application> for the MFA API
    When the administrator removes Ava
    And Ava asks to enroll her phone
    Then the tenant refuses
    And nothing is enrolled for Ava, who is gone
    When Ben asks to enroll his phone
    Then the tenant accepts it

    Examples:
      | application             |
      | regular web application |
      | single-page application |

  @MFA-TOK-017 @should
  Scenario Outline: The id token tells whether a second factor was used
    Given the <application> has the MFA grant
    And Ava has a password and no second factor
    And Ava enrolled her phone at the <application>
    Then Ava's id token does not say that a second factor was used
    When Ava signs in again with the texted code
    Then Ava's id token says that a second factor was used

    Examples:
      | application             |
      | regular web application |
      | single-page application |

  @MFA-TOK-018 @must
  Scenario Outline: The token of another tenant enrolls nothing
    Given the <application> has the MFA grant
    And Ava has a password and no second factor
    And somebody of another tenant has Ava's user id, and signed in there at the <application>
    When somebody asks here to enroll Ava's phone with the token of that tenant
    Then the tenant refuses
    And nothing is enrolled for Ava
    When Ava signs in at the <application> for the MFA API
    And Ava asks to enroll her phone
    Then the tenant accepts it

    Examples:
      | application             |
      | regular web application |
      | single-page application |

  @MFA-TOK-019 @must @moves-clock
  Scenario Outline: A token that ran out shows and confirms nothing
    Given the <application> has the MFA grant
    And Ava has a password and no second factor
    And Ava signed in at the <application> for the MFA API
    And Ava asked to enroll an authenticator app
    When 11 minutes pass
    And Ava looks at her list
    Then the tenant refuses
    And nothing is enrolled for Ava
    When Ava answers with the app's code, the token in the body
    Then the tenant refuses
    And nothing is enrolled for Ava
    When Ava signs in at the <application> for the MFA API
    And Ava asks to enroll an authenticator app
    And Ava answers with the app's code, the token in the body
    Then the tenant accepts it

    Examples:
      | application             |
      | regular web application |
      | single-page application |

  @MFA-TOK-028 @must @moves-clock
  Scenario Outline: A token that ran out removes nothing
    Given the <application> has the MFA grant
    And Ava has a password and no second factor
    And Ava enrolled her phone at the <application>
    And Ava signed in again with the texted code
    And Ava found her phone in her list
    When 11 minutes pass
    And Ava removes the phone that she found
    Then the tenant refuses
    And nothing is enrolled for Ava but her phone
    When Ava signs in again with the texted code
    And Ava removes the phone that she found
    Then the tenant accepts it
    And Ava sees no phone in her list

    Examples:
      | application             |
      | regular web application |
      | single-page application |
