Feature: A confirmation is whole, in either notation
  A confirmation names the token, the enrollment, the code and the application, as a form or as an object.
  Refused is one that lacks any of them, and nothing is enrolled by it.
  Not covered here: parameters that nobody has documented.

  Background:
    Given these factors are on
      | SMS |

  @MFA-CNF-015 @must
  Scenario Outline: A confirmation that lacks a part enrolls nothing
    Given the <application> has the MFA grant
    And Ava has a password and no second factor
    And Ava signed in at the <application> for the MFA API
    And Ava asked to enroll her phone
    When Ava answers with the texted code, leaving out <part>
    Then the tenant refuses
    And nothing is enrolled for Ava
    When Ava answers with the texted code, the token in the body
    Then the tenant accepts it

    Examples:
      | application             | part            |
      | regular web application | the code        |
      | single-page application | the code        |
      | single-page application | the token       |
      | single-page application | the enrollment   |
      | single-page application | the application |

  @MFA-CNF-016 @must
  Scenario Outline: A confirmation may be written as a form or as an object
    Given the <application> has the MFA grant
    And Ava has a password and no second factor
    And Ava signed in at the <application> for the MFA API
    And Ava asked to enroll her phone
    When Ava answers with the texted code, written as <notation>
    Then the tenant accepts it
    And nothing is enrolled for Ava but her phone

    Examples:
      | application             | notation  |
      | regular web application | an object |
      | single-page application | an object |
      | single-page application | a form    |
