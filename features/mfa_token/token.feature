Feature: The token for the MFA API is the user's own
  A user gets a token for the MFA API by signing in: signed by the tenant, in their own name, for ten minutes at most.
  Refused is an enrollment with a token that was not asked for that purpose.
  Not covered here: tokens that ran out or were tampered with, and other ways to get one.

  Background:
    Given these factors are on
      | SMS |

  @MFA-TOK-001 @must
  Scenario Outline: Each user's token names that user
    Given the <application> has the MFA grant
    And Ava has a password and no second factor
    And Ben has a password and no second factor
    When Ava signs in at the <application> for the MFA API
    Then Ava's access token is signed by the tenant, for her and the <application>
    When Ben signs in at the <application> for the MFA API
    Then Ben's access token is signed by the tenant, for him and the <application>
    And Ben's access token is for the MFA API
    And Ben's access token has the scopes "enroll read:authenticators remove:authenticators"
    And Ben's access token lasts at most 600 seconds

    Examples:
      | application             |
      | regular web application |
      | single-page application |

  @MFA-TOK-002 @must
  Scenario Outline: A token that was not asked for enrollment enrolls nothing
    Given the <application> has the MFA grant
    And Ava has a password and no second factor
    When Ava signs in at the <application> for the MFA API, asking only for "openid read:authenticators"
    Then Ava's access token does not have the scope "enroll"
    When Ava asks to enroll her phone
    Then the tenant refuses
    And nothing is enrolled for Ava
    And no text came to Ava's phone that she had not caused
    When Ava signs in at the <application> for the MFA API
    And Ava asks to enroll her phone
    Then the tenant accepts it

    Examples:
      | application             |
      | regular web application |
      | single-page application |

  @MFA-TOK-003 @must
  Scenario Outline: The single-page application never sends a secret
    Given the <application> has the MFA grant
    And Ava has a password and no second factor
    And Ava signed in at the <application> for the MFA API
    And Ava asked to enroll her phone
    When Ava answers with the texted code, the token in header and body
    Then the tenant accepts it
    And the <application> sent no secret at sign-in, enrollment or confirmation

    Examples:
      | application             |
      | single-page application |
