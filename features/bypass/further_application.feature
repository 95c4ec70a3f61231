Feature: No other application of the tenant is a way round the second factor
  A factor counts at every application that may ask for the MFA API, whoever wrote it and wherever it runs.
  Refused is the password alone at each of them, and whatever a third party's application asks for.
  Not covered here: applications that nobody named in the settings.

  Background:
    Given these factors are on
      | SMS |

  @MFA-BYP-020 @must
  Scenario Outline: A factor counts at a native application
    Given the <application> has the MFA grant
    And Ava has a password and no second factor
    And Ben has a password and no second factor
    And Ava enrolled her phone at the <application>
    When Ava signs in at the <other application> for the MFA API
    Then Ava is not let in, but asked for a second factor
    When Ben signs in at the <other application> for the MFA API
    Then Ben is let in, and was not asked for a second factor

    Examples:
      | application             | other application  |
      | regular web application | native application |
      | single-page application | native application |

  @MFA-BYP-021 @must
  Scenario Outline: A factor counts at an application that cannot ask for it
    Given Ava has a password and no second factor
    And Ben has a password and no second factor
    And the <application> gives Ben tokens for his password alone
    And Ava enrolled her phone at the <first application>
    When Ava asks the <application> for tokens with her password alone
    Then the tenant refuses
    And nothing is enrolled for Ava but her phone
    When Ben asks the <application> for tokens with his password alone
    Then the tenant accepts it

    Examples:
      | first application       | application             |
      | regular web application | application without MFA |
      | single-page application | application without MFA |

  @MFA-BYP-022 @must
  Scenario Outline: An application of a third party enrolls nothing
    Given the <application> has the MFA grant
    And Ava has a password and no second factor
    When Ava tries to enroll her phone at the <other application>, going as far as she can
    Then the tenant refused at one of its gates, at the last with "unauthorized_client"
    And nothing is enrolled for Ava
    When Ava tries to enroll her phone at the <application>, going as far as she can
    Then the tenant accepts it

    Examples:
      | application             | other application       |
      | regular web application | third-party application |
      | single-page application | third-party application |

  @MFA-BYP-023 @must
  Scenario Outline: A silent request at another application is no way round
    Given the <application> has the MFA grant
    And Ava has a password and no second factor
    And Ava signed in at the <application> on a device that she keeps
    And Ava's session lives on at the <other application> too: a silent request brings her a token
    And Ava enrolled her phone with the token of that sign-in
    When Ava asks silently for a token at the <application>
    Then Ava gets none, because something would have to be shown
    When Ava asks silently for a token at the <other application>
    Then Ava gets none, because something would have to be shown

    Examples:
      | application             | other application       |
      | regular web application | single-page application |
      | single-page application | regular web application |
