Feature: A further factor is only for who has shown the first
  Whoever has a factor shows it before another one is added: by signing in with it, or by the token of its confirmation.
  Refused is the token that a password alone earns, save for a first factor. Two users may use one phone, and one
  user two.
  Not covered here: a token from before the first factor, of which nobody says whether it still enrolls.

  Background:
    Given these factors are on
      | SMS               |
      | one-time password |

  @MFA-ENR-011 @must
  Scenario Outline: The token that a password alone earns adds no factor
    Given the <application> has the MFA grant
    And the <application> has the password grant
    And Ava has a password and no second factor
    And Ava enrolled her phone at the <application>
    When Ava asks the <application> for tokens with her password alone
    And Ava asks to enroll an authenticator app with the token of that refusal
    Then the tenant refuses with "access_denied"
    And nothing is enrolled for Ava but her phone
    And the tenant had said that Ava is enrolled already
    When Ava signs in again with the texted code
    And Ava asks to enroll an authenticator app
    Then the tenant accepts it

    Examples:
      | application             |
      | regular web application |
      | single-page application |

  @MFA-ENR-012 @should
  Scenario Outline: The token of a confirmation may do what its scopes say
    Given the <application> has the MFA grant
    And Ava has a password and no second factor
    And Ava enrolled her phone at the <application>
    When Ava asks to enroll an authenticator app with the token of her confirmation
    Then the tenant does what the scopes of Ava's token say
    And nothing is enrolled for Ava but her phone

    Examples:
      | application             |
      | regular web application |
      | single-page application |

  @MFA-ENR-013 @should
  Scenario Outline: A second phone stands beside the first
    Given the <application> has the MFA grant
    And Ava has a password and no second factor
    And Ava enrolled her phone at the <application>
    When Ava signs in again with the texted code
    And Ava takes up another phone
    And Ava asks to enroll her phone
    And Ava answers with the texted code, the token in header and body
    Then the tenant accepts it
    And the administrator sees both of Ava's phones, confirmed

    Examples:
      | application             |
      | regular web application |
      | single-page application |

  @MFA-ENR-014 @should
  Scenario Outline: Two users may enroll the same phone
    Given the <application> has the MFA grant
    And Ava has a password and no second factor
    And Ben has a password and no second factor
    And Ben uses the same phone as Ava
    And Ava enrolled her phone at the <application>
    When Ben signs in at the <application> for the MFA API
    And Ben asks to enroll his phone
    And Ben answers with the texted code, the token in header and body
    Then the tenant accepts it
    And the administrator sees Ben's phone, confirmed
    And the administrator sees Ava's phone, confirmed

    Examples:
      | application             |
      | regular web application |
      | single-page application |

  @MFA-ENR-019 @should
  Scenario Outline: The token of a confirmation enrolls an app
    Given the <application> has the MFA grant
    And Ava has a password and no second factor
    And Ava enrolled her phone at the <application>
    And the token of Ava's confirmation may enroll
    When Ava asks to enroll an authenticator app with the token of her confirmation
    Then the tenant accepts it
    When Ava answers with the app's code, and holds out the token of her confirmation
    Then the tenant accepts it
    And the administrator sees Ava's phone and app, confirmed

    Examples:
      | application             |
      | regular web application |
      | single-page application |

  @MFA-ENR-020 @should
  Scenario Outline: The token that a password alone earns enrolls a first factor
    Given the policy asks everybody for a second factor
    And the <application> has the password grant
    And the <application> has the MFA grant
    And Ava has a password and no second factor
    When Ava asks the <application> for tokens of no API, with her password alone
    Then the tenant wants a second factor before it gives tokens
    When Ava asks to enroll an authenticator app with the token of that refusal
    Then the tenant accepts it
    When Ava answers with the app's code, and holds out the token of that refusal
    Then the tenant accepts it
    And nothing is enrolled for Ava but her app

    Examples:
      | application             |
      | regular web application |
      | single-page application |
