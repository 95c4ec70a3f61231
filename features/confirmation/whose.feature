Feature: A confirmation belongs to one user and one application
  Whoever began an enrollment confirms it, at the application where it was begun.
  Refused are another user's code and another application's token; the application itself proves who it is.
  Not covered here: what a tenant does with two tokens of the same user.

  Background:
    Given these factors are on
      | SMS               |
      | one-time password |

  @MFA-CNF-011 @must
  Scenario Outline: A token confirms nothing at another application
    Given the <application> has the MFA grant
    And the <other application> has the MFA grant
    And Ava has a password and no second factor
    And Ava signed in at the <application> for the MFA API
    And Ava asked to enroll her phone
    When Ava answers with the texted code at the <other application>
    Then the tenant refuses
    And nothing is enrolled for Ava
    When Ava answers with the texted code, the token in the body
    Then the tenant accepts it

    Examples:
      | application             | other application       |
      | regular web application | single-page application |
      | single-page application | regular web application |

  @MFA-CNF-012 @must
  Scenario Outline: The code that was texted to somebody else confirms nothing
    Given the <application> has the MFA grant
    And Ava has a password and no second factor
    And Ben has a password and no second factor
    And Ava signed in at the <application> for the MFA API
    And Ben signed in at the <application> for the MFA API
    And Ava asked to enroll her phone
    And Ben asked to enroll his phone
    When Ava answers with the code that was texted to Ben
    Then the tenant refuses with "invalid_grant"
    And nothing is enrolled for Ava
    And nothing is enrolled for Ben
    When Ava answers with the texted code, the token in header and body
    Then the tenant accepts it

    Examples:
      | application             |
      | regular web application |
      | single-page application |

  @MFA-CNF-013 @must
  Scenario Outline: The web application confirms nothing without its secret
    Given the <application> has the MFA grant
    And Ava has a password and no second factor
    And Ava signed in at the <application> for the MFA API
    And Ava asked to enroll her phone
    When Ava answers with the texted code, leaving out the secret
    Then the tenant refuses
    And nothing is enrolled for Ava
    When Ava answers with the texted code and a wrong secret
    Then the tenant refuses
    And nothing is enrolled for Ava
    When Ava answers with the texted code, the token in the body
    Then the tenant accepts it

    Examples:
      | application             |
      | regular web application |

  @MFA-CNF-014 @must
  Scenario Outline: Two users's tokens in one answer enroll nothing for the one in the header
    Given the <application> has the MFA grant
    And Ava has a password and no second factor
    And Ben has a password and no second factor
    And Ava signed in at the <application> for the MFA API
    And Ben signed in at the <application> for the MFA API
    And Ava asked to enroll her phone
    When Ava answers with the texted code, her token in the body and Ben's in the header
    Then nothing is enrolled for Ben

    Examples:
      | application             |
      | regular web application |
      | single-page application |

  @MFA-CNF-024 @must
  Scenario Outline: The code of somebody else's app confirms nothing
    Given the <application> has the MFA grant
    And Ava has a password and no second factor
    And Ben has a password and no second factor
    And Ava signed in at the <application> for the MFA API
    And Ben signed in at the <application> for the MFA API
    And Ava asked to enroll an authenticator app
    And Ben asked to enroll an authenticator app
    When Ava answers with the code of Ben's app
    Then the tenant refuses with "invalid_grant"
    And nothing is enrolled for Ava
    And nothing is enrolled for Ben
    When Ava answers with the app's code, the token in the body
    Then the tenant accepts it

    Examples:
      | application             |
      | regular web application |
      | single-page application |

  @MFA-CNF-025 @should
  Scenario Outline: What was asked at one application is not answered at another
    Given the <application> has the MFA grant
    And the <other application> has the MFA grant
    And Ava has a password and no second factor
    And Ava signed in at the <application> for the MFA API
    And Ava asked to enroll her phone
    When Ava signs in at the <other application> for the MFA API
    And Ava answers with the texted code, the token in the body
    Then the tenant refuses
    And nothing is enrolled for Ava
    When Ava asks to enroll her phone
    And Ava answers with the texted code, the token in the body
    Then the tenant accepts it

    Examples:
      | application             | other application       |
      | regular web application | single-page application |
      | single-page application | regular web application |
