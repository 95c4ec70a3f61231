Feature: A code confirms once, in its time, and only what it was made for
  A code is good for the enrollment it was made for, once, for some minutes.
  Refused are codes that were used, that are late, and that belong to another enrollment, and no such code enrolls.
  Not covered here: how many wrong codes a tenant bears.

  Background:
    Given these factors are on
      | SMS               |
      | one-time password |

  @MFA-CNF-005 @must @moves-clock
  Scenario Outline: A texted code is worthless after its time
    Given the <application> has the MFA grant
    And Ava has a password and no second factor
    And Ava signed in at the <application> for the MFA API
    And Ava asked to enroll her phone
    When 6 minutes pass
    And Ava answers with the texted code, the token in header and body
    Then the tenant refuses
    And nothing is enrolled for Ava
    When Ava asks to enroll her phone
    And Ava answers with the texted code, the token in header and body
    Then the tenant accepts it

    Examples:
      | application             |
      | regular web application |
      | single-page application |

  @MFA-CNF-006 @must
  Scenario Outline: A texted code is good once
    Given the <application> has the MFA grant
    And Ava has a password and no second factor
    And Ava enrolled her phone at the <application>
    When Ava gives the same answer again
    Then the tenant refuses
    And nothing is enrolled for Ava but her phone

    Examples:
      | application             |
      | regular web application |
      | single-page application |

  @MFA-CNF-007 @must
  Scenario Outline: A code of the app is good once
    Given the <application> has the MFA grant
    And Ava has a password and no second factor
    And Ava enrolled an authenticator app at the <application>
    When Ava gives the same answer again
    Then the tenant refuses
    And nothing is enrolled for Ava but her app

    Examples:
      | application             |
      | regular web application |
      | single-page application |

  @MFA-CNF-008 @must
  Scenario Outline: A code that the app made long before enrolls nothing
    Given the <application> has the MFA grant
    And Ava has a password and no second factor
    And Ava signed in at the <application> for the MFA API
    And Ava asked to enroll an authenticator app
    When Ava answers with a code that her app made 90 seconds before
    Then the tenant refuses with "invalid_grant"
    And nothing is enrolled for Ava
    When Ava answers with the app's code, the token in the body
    Then the tenant accepts it

    Examples:
      | application             |
      | regular web application |
      | single-page application |

  @MFA-CNF-009 @must
  Scenario Outline: The code of one enrollment does not confirm another
    Given the <application> has the MFA grant
    And Ava has a password and no second factor
    And Ava signed in at the <application> for the MFA API
    And Ava asked to enroll her phone
    When Ava asks to enroll her phone
    And Ava answers the later question with the code of the earlier text
    Then the tenant refuses with "invalid_grant"
    And nothing is enrolled for Ava
    When Ava answers with the texted code, the token in header and body
    Then the tenant accepts it

    Examples:
      | application             |
      | regular web application |
      | single-page application |

  @MFA-CNF-010 @should
  Scenario Outline: A newer text makes the older one worthless
    Given the <application> has the MFA grant
    And Ava has a password and no second factor
    And Ava signed in at the <application> for the MFA API
    And Ava asked to enroll her phone
    When Ava asks to enroll her phone
    And Ava answers with the code of the earlier text
    Then the tenant refuses with "invalid_grant"
    And nothing is enrolled for Ava
    When Ava answers with the texted code, the token in header and body
    Then the tenant accepts it

    Examples:
      | application             |
      | regular web application |
      | single-page application |

  @MFA-CNF-018 @must
  Scenario Outline: A code that the app will make enrolls nothing yet
    Given the <application> has the MFA grant
    And Ava has a password and no second factor
    And Ava signed in at the <application> for the MFA API
    And Ava asked to enroll an authenticator app
    When Ava answers with a code that her app will make 90 seconds later
    Then the tenant refuses with "invalid_grant"
    And nothing is enrolled for Ava
    When Ava answers with the app's code, the token in the body
    Then the tenant accepts it

    Examples:
      | application             |
      | regular web application |
      | single-page application |

  @MFA-CNF-019 @must
  Scenario Outline: The answer to one question is worthless under the token of the next
    Given the <application> has the MFA grant
    And the <application> has the password grant
    And Ava has a password and no second factor
    And Ava enrolled her phone at the <application>
    When Ava asks the <application> for tokens with her password alone
    And Ava asks for a code by text
    And Ava asks the <application> for tokens with her password alone
    And Ava answers the question with the texted code
    Then the tenant refuses
    And nothing is enrolled for Ava but her phone
    When Ava answers the question with the texted code, under the token that asked for it
    Then the tenant accepts it
    When Ava gives the same answer again
    Then the tenant refuses
    And nothing is enrolled for Ava but her phone

    Examples:
      | application             |
      | regular web application |
      | single-page application |
