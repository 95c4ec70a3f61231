Feature: A token may do what it was asked for, and no more
  What a sign-in asks for decides what its token is: for which API, and with which scopes.
  Refused is every deed whose scope was not asked for, and every API that the tenant does not have.
  Not covered here: who may ask for what at the tenant's other APIs.

  Background:
    Given these factors are on
      | SMS |

  @MFA-TOK-004 @should
  Scenario Outline: The MFA API's name without its last stroke is no other API
    Given the <application> has the MFA grant
    And Ava has a password and no second factor
    When Ava signs in at the <application> for the MFA API spelt without its last stroke
    Then the tenant knows no such API, or takes it for the MFA API

    Examples:
      | application             |
      | regular web application |
      | single-page application |

  @MFA-TOK-005 @must
  Scenario Outline: Nobody signs in for an API that is not there
    Given the <application> has the MFA grant
    And Ava has a password and no second factor
    When Ava signs in at the <application> for an API that is not there
    Then the tenant refuses with "access_denied"
    And nothing is enrolled for Ava
    When Ava signs in at the <application> for the MFA API
    Then Ava is let in, and was not asked for a second factor

    Examples:
      | application             |
      | regular web application |
      | single-page application |

  @MFA-TOK-006 @must
  Scenario Outline: A token without the scope to read lists nothing
    Given the <application> has the MFA grant
    And Ava has a password and no second factor
    When Ava signs in at the <application> for the MFA API, asking only for "openid enroll"
    And Ava looks at her list
    Then the tenant refuses
    And nothing is enrolled for Ava
    When Ava signs in at the <application> for the MFA API
    And Ava looks at her list
    Then the tenant accepts it

    Examples:
      | application             |
      | regular web application |
      | single-page application |

  @MFA-TOK-007 @must
  Scenario Outline: A token without the scope to remove removes nothing
    Given the <application> has the MFA grant
    And Ava has a password and no second factor
    When Ava signs in at the <application> for the MFA API, asking only for "openid enroll read:authenticators"
    And Ava asks to enroll her phone
    And Ava removes her phone from her list
    Then the tenant refuses
    And nothing is enrolled for Ava
    And Ava sees her phone in her list, masked and not active
    When Ava signs in at the <application> for the MFA API
    And Ava removes her phone from her list
    Then the tenant accepts it
    And Ava sees no phone in her list

    Examples:
      | application             |
      | regular web application |
      | single-page application |

  @MFA-TOK-008 @must
  Scenario Outline: A scope that the MFA API does not have is not granted
    Given the <application> has the MFA grant
    And Ava has a password and no second factor
    When Ava signs in at the <application> for the MFA API, asking only for "openid enroll update:users"
    Then Ava's access token has the scopes "enroll"
    And Ava's access token does not have the scope "update:users"

    Examples:
      | application             |
      | regular web application |
      | single-page application |

  @MFA-TOK-009 @should
  Scenario Outline: Who does not ask who they are is not told, and may enroll all the same
    Given the <application> has the MFA grant
    And Ava has a password and no second factor
    When Ava signs in at the <application> for the MFA API, asking only for "enroll read:authenticators"
    Then Ava got no id token
    And Ava got no refresh token
    When Ava asks to enroll her phone
    Then the tenant accepts it

    Examples:
      | application             |
      | regular web application |
      | single-page application |
