Feature: A token is good for one user, and for what it was made for
  A token shows and removes what is its own user's, and tells who that is where it was asked to.
  Refused are another user's authenticators, and the question who somebody is where nobody asked for that.
  Not covered here: what the tenant tells of somebody beside who they are.

  Background:
    Given these factors are on
      | SMS |

  @MFA-TOK-020 @must
  Scenario Outline: A list shows nobody else's phone
    Given the <application> has the MFA grant
    And Ava has a password and no second factor
    And Ben has a password and no second factor
    And Ben enrolled his phone at the <application>
    When Ava signs in at the <application> for the MFA API
    And Ava looks at her list
    Then the tenant accepts it
    And Ava sees no phone in her list

    Examples:
      | application             |
      | regular web application |
      | single-page application |

  @MFA-TOK-021 @must
  Scenario Outline: A token removes nobody else's phone
    Given the <application> has the MFA grant
    And Ava has a password and no second factor
    And Ben has a password and no second factor
    And Ava signed in at the <application> for the MFA API
    And Ben enrolled his phone at the <application>
    When Ben signs in again with the texted code
    And Ava removes Ben's phone with her own token
    Then nothing is enrolled for Ben but his phone
    When Ben removes his phone from his list
    Then the tenant accepts it
    And nothing is enrolled for Ben

    Examples:
      | application             |
      | regular web application |
      | single-page application |

  @MFA-TOK-022 @must
  Scenario Outline: A phone that was removed opens no door and is not asked for
    Given the <application> has the MFA grant
    And Ava has a password and no second factor
    And Ava enrolled her phone at the <application>
    When Ava signs in again with the texted code
    And Ava removes her phone from her list
    Then the tenant accepts it
    And nothing is enrolled for Ava
    When Ava signs in at the <application> for the MFA API
    Then Ava is let in, and was not asked for a second factor

    Examples:
      | application             |
      | regular web application |
      | single-page application |

  @MFA-TOK-023 @should
  Scenario Outline: The token tells who somebody is where that was asked for
    Given the <application> has the MFA grant
    And Ava has a password and no second factor
    When Ava signs in at the <application> for the MFA API, asking only for "enroll read:authenticators"
    And Ava asks the tenant who she is
    Then the tenant refuses
    And nothing is enrolled for Ava
    When Ava signs in at the <application> for the MFA API
    And Ava asks the tenant who she is
    Then the tenant names Ava

    Examples:
      | application             |
      | regular web application |
      | single-page application |
