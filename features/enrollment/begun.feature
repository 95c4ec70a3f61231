Feature: What was begun and not confirmed counts for nothing
  An enrollment that nobody confirmed neither guards a door nor bars one: the user signs in as before, and may begin
  again. Refused is nothing here, as nothing was proved.
  Not covered here: codes that are late, which the area "confirmation" has.

  Background:
    Given these factors are on
      | SMS               |
      | one-time password |

  @MFA-ENR-009 @must
  Scenario Outline: An enrollment that was dropped is not asked for
    Given the <application> has the MFA grant
    And Ava has a password and no second factor
    And Ava signed in at the <application> for the MFA API
    And Ava asked to enroll <factor>
    When Ava signs in at the <application> for the MFA API
    Then Ava is let in, and was not asked for a second factor
    And nothing is enrolled for Ava

    Examples:
      | application             | factor               |
      | regular web application | her phone            |
      | single-page application | her phone            |
      | regular web application | an authenticator app |
      | single-page application | an authenticator app |

  @MFA-ENR-010 @must
  Scenario Outline: An enrollment can be begun a second time
    Given the <application> has the MFA grant
    And Ava has a password and no second factor
    And Ava signed in at the <application> for the MFA API
    And Ava asked to enroll an authenticator app
    When Ava asks to enroll an authenticator app
    Then the tenant accepts it
    When Ava answers with the app's code, the token in the body
    Then the tenant accepts it
    And nothing is enrolled for Ava but her app

    Examples:
      | application             |
      | regular web application |
      | single-page application |

  @MFA-ENR-018 @must
  Scenario Outline: A confirmed factor leaves another one that was begun as it was
    Given the <application> has the MFA grant
    And Ava has a password and no second factor
    And Ava signed in at the <application> for the MFA API
    And Ava asked to enroll her phone
    And Ava asked to enroll an authenticator app
    When Ava answers with the app's code, the token in the body
    Then the tenant accepts it
    And nothing is enrolled for Ava but her app

    Examples:
      | application             |
      | regular web application |
      | single-page application |
