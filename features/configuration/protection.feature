Feature: The tenant's settings protect users, and lock nobody out
  Whoever is asked for a second factor can have one, texts are recognised by who gets them, and whoever guesses passwords
  is stopped. Refused is nothing here: each line says what must be set.
  Not covered here: how long somebody is stopped, and what an Action decides for one user or another.

  @MFA-CFG-008 @must
  Scenario: The policy asks for what users can have
    When the administrator looks at the tenant's settings
    Then whoever the policy asks for a second factor can have one

  @MFA-CFG-011 @should
  Scenario: Texts say who sends them
    When the administrator looks at the tenant's settings
    Then each text says who sends it

  @MFA-CFG-012 @should
  Scenario: A text comes in one message
    When the administrator looks at the tenant's settings
    Then each text fits in one message

  @MFA-CFG-013 @must
  Scenario: Who guesses one user's password is stopped
    When the administrator looks at the tenant's settings
    Then brute-force protection is on, and stops whom it finds

  @MFA-CFG-014 @should
  Scenario: Who guesses many users's passwords is stopped
    When the administrator looks at the tenant's settings
    Then suspicious-IP throttling is on, and stops whom it finds

  @MFA-CFG-015 @should
  Scenario Outline: An application sends no code to a user's own machine unasked
    When the administrator looks at the tenant's settings
    Then the <application> sends no code to a user's own machine unasked

    Examples:
      | application             |
      | regular web application |
      | single-page application |

  @MFA-CFG-016 @should
  Scenario Outline: The refresh tokens of a browser application change and end
    When the administrator looks at the tenant's settings
    Then a refresh token of the <application> is good once, and comes to an end

    Examples:
      | application             |
      | single-page application |

  @MFA-CFG-017 @should
  Scenario: An Action that chooses factors may do so
    When the administrator looks at the tenant's settings
    Then the Actions of the sign-in choose factors only where they may
