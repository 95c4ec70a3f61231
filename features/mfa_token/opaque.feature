Feature: The token that a password alone earns is worth a question, for ten minutes
  Where a second factor is wanted, the refusal carries a token with which it can be shown, and the list be read.
  Refused is that token at another application, after its time, and with a phone of somebody else's or nobody's.
  Not covered here: enrolling with it, which stands with the further factors.

  Background:
    Given these factors are on
      | SMS |

  @MFA-TOK-024 @must
  Scenario Outline: A password and the texted code earn tokens without a browser
    Given the <application> has the MFA grant
    And the <application> has the password grant
    And Ava has a password and no second factor
    And Ava enrolled her phone at the <application>
    When Ava asks the <application> for tokens with her password alone
    And Ava asks for a code by text
    Then the tenant wants the code that it texts
    When Ava answers the question with the texted code
    Then the tenant accepts it
    And that token is Ava's own, for the MFA API, and lasts no longer than it says
    And an id token that came beside it is Ava's own too

    Examples:
      | application             |
      | regular web application |
      | single-page application |

  @MFA-TOK-025 @must
  Scenario Outline: The token of a refusal is worthless at another application
    Given the <application> has the MFA grant
    And the <other application> has the MFA grant
    And the <application> has the password grant
    And Ava has a password and no second factor
    And Ava enrolled her phone at the <application>
    When Ava asks the <application> for tokens with her password alone
    And Ava asks for a code by text
    And Ava answers the question with the texted code at the <other application>
    Then the tenant refuses
    And nothing is enrolled for Ava but her phone
    When Ava answers the question with the texted code
    Then the tenant accepts it

    Examples:
      | application             | other application       |
      | regular web application | single-page application |
      | single-page application | regular web application |

  @MFA-TOK-026 @must @moves-clock
  Scenario Outline: The token of a refusal ends
    Given the <application> has the MFA grant
    And the <application> has the password grant
    And Ava has a password and no second factor
    And Ava enrolled her phone at the <application>
    When Ava asks the <application> for tokens with her password alone
    And 11 minutes pass
    And Ava asks for a code by text
    Then the tenant refuses
    And nothing is enrolled for Ava but her phone
    When Ava asks the <application> for tokens with her password alone
    And Ava asks for a code by text
    And Ava answers the question with the texted code
    Then the tenant accepts it

    Examples:
      | application             |
      | regular web application |
      | single-page application |

  @MFA-TOK-027 @must
  Scenario Outline: Nobody has a code texted to the phone of somebody else
    Given the <application> has the MFA grant
    And the <application> has the password grant
    And Ava has a password and no second factor
    And Ben has a password and no second factor
    And Ava enrolled her phone at the <application>
    And Ben enrolled his phone at the <application>
    When Ben signs in again with the texted code
    And Ava asks the <application> for tokens with her password alone
    And Ava has a code texted to Ben's phone
    Then the tenant refuses
    And nothing is enrolled for Ava but her phone
    And no text came to Ben's phone that he had not caused
    When Ava asks for a code by text
    And Ava answers the question with the texted code
    Then the tenant accepts it

    Examples:
      | application             |
      | regular web application |
      | single-page application |

  @MFA-TOK-029 @must
  Scenario Outline: A phone that nobody confirmed is not asked
    Given these factors are on
      | one-time password |
    And the <application> has the MFA grant
    And the <application> has the password grant
    And Ava has a password and no second factor
    And Ava signed in at the <application> for the MFA API
    And Ava asked to enroll her phone
    And Ava found her phone in her list
    And Ava enrolled an authenticator app with the token of that sign-in
    When Ava asks the <application> for tokens with her password alone
    And Ava has a code texted to the phone that she did not confirm
    Then the tenant refuses
    And nothing is enrolled for Ava but her app
    When Ava answers with the app's code, and holds out the token of that refusal
    Then the tenant accepts it

    Examples:
      | application             |
      | regular web application |
      | single-page application |
