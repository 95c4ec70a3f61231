Feature: Only the right code and the right token confirm an enrollment
  An enrollment that was begun is confirmed by the code that belongs to it, presented with the token that began it.
  Refused are a wrong code and another user's token, and neither leaves anything enrolled.
  Not covered here: codes that are late or used twice.

  @MFA-CNF-001 @must
  Scenario Outline: The same token in header and body confirms a phone
    Given these factors are on
      | SMS |
    And the <application> has the MFA grant
    And Ava has a password and no second factor
    And Ava signed in at the <application> for the MFA API
    And Ava asked to enroll her phone
    When Ava answers with the texted code, the token in header and body
    Then the tenant accepts it
    And the administrator sees Ava's phone, confirmed

    Examples:
      | application             |
      | regular web application |
      | single-page application |

  @MFA-CNF-002 @must
  Scenario Outline: Another user's token confirms nothing
    Given these factors are on
      | SMS |
    And the <application> has the MFA grant
    And Ava has a password and no second factor
    And Ben has a password and no second factor
    And Ava signed in at the <application> for the MFA API
    And Ben signed in at the <application> for the MFA API
    And Ava asked to enroll her phone
    When Ben presents his own token with the code that was texted to Ava
    Then the tenant refuses
    And nothing is enrolled for Ava
    And nothing is enrolled for Ben
    When Ava answers with the texted code, the token in header and body
    Then the tenant accepts it

    Examples:
      | application             |
      | regular web application |
      | single-page application |

  @MFA-CNF-003 @must
  Scenario Outline: A wrong texted code enrolls nothing
    Given these factors are on
      | SMS |
    And the <application> has the MFA grant
    And Ava has a password and no second factor
    And Ava signed in at the <application> for the MFA API
    And Ava asked to enroll her phone
    When Ava answers with a code that was not texted to her
    Then the tenant refuses with "invalid_grant"
    And nothing is enrolled for Ava
    And the tenant had said that the texted code is wrong
    When Ava answers with the texted code, the token in header and body
    Then the tenant accepts it

    Examples:
      | application             |
      | regular web application |
      | single-page application |

  @MFA-CNF-004 @must
  Scenario Outline: A wrong code of an authenticator app enrolls nothing
    Given these factors are on
      | one-time password |
    And the <application> has the MFA grant
    And Ava has a password and no second factor
    And Ava signed in at the <application> for the MFA API
    And Ava asked to enroll an authenticator app
    When Ava answers with a code that her app did not make
    Then the tenant refuses with "invalid_grant"
    And nothing is enrolled for Ava
    And the tenant had said that the app's code is wrong
    When Ava answers with the app's code, the token in the body
    Then the tenant accepts it

    Examples:
      | application             |
      | regular web application |
      | single-page application |

  @MFA-CNF-020 @must
  Scenario Outline: A code that is nearly right enrolls nothing
    Given these factors are on
      | SMS |
    And the <application> has the MFA grant
    And Ava has a password and no second factor
    And Ava signed in at the <application> for the MFA API
    And Ava asked to enroll her phone
    When Ava answers with a code that is nearly right: <how>
    Then the tenant refuses
    And nothing is enrolled for Ava
    When Ava answers with the texted code, the token in header and body
    Then the tenant accepts it

    Examples:
      | application             | how                       |
      | regular web application | its last digit is another |
      | single-page application | its last digit is another |
      | single-page application | its last digit is missing |
      | single-page application | noughts alone             |
