Feature: A sign-in ends in a token only for who made it
  The password opens the sign-in, its end goes to the application's own address, and its code is good once, for who
  asked, in the browser that began. Refused are a wrong password, also when it was tried until one fits, whoever the
  administrator blocked, a stranger's address, and a code or a page that was used or stolen.
  Not covered here: how long whoever guesses is kept out.

  Background:
    Given these factors are on
      | SMS |

  @MFA-BYP-006 @must
  Scenario Outline: A wrong password opens nothing
    Given the <application> has the MFA grant
    And Ava has a password and no second factor
    When Ava signs in at the <application> for the MFA API with a wrong password
    Then Ava is not let in
    When Ava signs in at the <application> for the MFA API
    Then Ava is let in, and was not asked for a second factor

    Examples:
      | application             |
      | regular web application |
      | single-page application |

  @MFA-BYP-007 @must
  Scenario Outline: A sign-in never ends at an address that is not the application's own
    Given the <application> has the MFA grant
    And Ava has a password and no second factor
    When Ava signs in at the <application>, to be sent back to an address that <address>
    Then Ava is stopped on a page of the tenant's own
    When Ava signs in at the <application> for the MFA API
    Then Ava is let in, and was not asked for a second factor

    Examples:
      | application             | address                |
      | regular web application | is not its own         |
      | single-page application | is not its own         |
      | single-page application | begins as its own does |

  @MFA-BYP-008 @must
  Scenario Outline: The code of a sign-in is good once
    Given the <application> has the MFA grant
    And Ava has a password and no second factor
    When Ava signs in at the <application> for the MFA API
    Then Ava is let in, and was not asked for a second factor
    When the code of Ava's sign-in is presented a second time
    Then the tenant refuses with "invalid_grant"
    And nothing is enrolled for Ava

    Examples:
      | application             |
      | regular web application |
      | single-page application |

  @MFA-BYP-009 @must
  Scenario Outline: A stolen code is worthless without the proof of who asked
    Given the <application> has the MFA grant
    And Ava has a password and no second factor
    And Ava signed in at the <application> as far as its code
    When somebody presents the code of Ava's sign-in at the <application>, with a guess at its proof
    Then the tenant refuses
    And nothing is enrolled for Ava
    When Ava signs in at the <application> for the MFA API
    Then Ava is let in, and was not asked for a second factor

    Examples:
      | application             |
      | regular web application |
      | single-page application |

  @MFA-BYP-031 @must
  Scenario Outline: A stolen code is worthless where its proof or its address is missing
    Given the <application> has the MFA grant
    And Ava has a password and no second factor
    And Ava signed in at the <application> as far as its code
    When somebody presents the code of Ava's sign-in at the <application>, <flaw>
    Then the tenant refuses
    And nothing is enrolled for Ava
    When Ava signs in at the <application> for the MFA API
    Then Ava is let in, and was not asked for a second factor

    Examples:
      | application             | flaw                |
      | regular web application | and not its proof   |
      | single-page application | and not its proof   |
      | single-page application | for another address |

  @MFA-BYP-010 @must
  Scenario Outline: A stolen code is worthless at an application that did not ask for it
    Given the <application> has the MFA grant
    And Ava has a password and no second factor
    And Ava signed in at the <application> as far as its code
    When somebody presents the code of Ava's sign-in at the <other application>, which did not ask for it
    Then the tenant refuses
    And nothing is enrolled for Ava
    When Ava signs in at the <application> for the MFA API
    Then Ava is let in, and was not asked for a second factor

    Examples:
      | application             | other application       |
      | regular web application | single-page application |
      | single-page application | regular web application |

  @MFA-BYP-011 @must @moves-clock
  Scenario Outline: The code of a sign-in ends
    Given the <application> has the MFA grant
    And Ava has a password and no second factor
    And Ava signed in at the <application> as far as its code
    When 60 minutes pass
    And the code of Ava's sign-in is presented late
    Then the tenant refuses
    And nothing is enrolled for Ava
    When Ava signs in at the <application> for the MFA API
    Then Ava is let in, and was not asked for a second factor

    Examples:
      | application             |
      | regular web application |
      | single-page application |

  @MFA-BYP-030 @must
  Scenario Outline: A password that was replaced opens nothing
    Given the <application> has the MFA grant
    And Ava has a password and no second factor
    And Ava signed in at the <application> for the MFA API
    When the administrator changes Ava's password
    And Ava signs in at the <application> for the MFA API with the password from before
    Then Ava is not let in
    When Ava signs in at the <application> for the MFA API
    Then Ava is let in, and was not asked for a second factor

    Examples:
      | application             |
      | regular web application |
      | single-page application |

  @MFA-BYP-033 @must
  Scenario Outline: Nobody tries passwords until one fits
    Given the <application> has the MFA grant
    And whoever is wrong ten times is kept out, from wherever they come
    And Ava has a password and no second factor
    When Ava signs in at the <application> for the MFA API with ten wrong passwords
    And Ava signs in at the <application> for the MFA API
    Then Ava is kept out, with the right password too
    When the administrator lets Ava in again
    And Ava signs in at the <application> for the MFA API
    Then Ava is let in, and was not asked for a second factor

    Examples:
      | application             |
      | single-page application |

  @MFA-BYP-034 @must
  Scenario Outline: Whoever the administrator blocked is not let in
    Given the <application> has the MFA grant
    And Ava has a password and no second factor
    When the administrator blocks Ava
    And Ava signs in at the <application> for the MFA API
    Then Ava is kept out, with the right password too
    When the administrator lets Ava in again
    And Ava signs in at the <application> for the MFA API
    Then Ava is let in, and was not asked for a second factor

    Examples:
      | application             |
      | regular web application |
      | single-page application |

  @MFA-BYP-035 @must
  Scenario Outline: What began in one browser does not end in another
    Given the <application> has the MFA grant
    And Ava has a password and no second factor
    When Ava begins to sign in at the <application>, and takes the page to another device
    Then Ava is not let in
    When Ava signs in at the <application> for the MFA API
    Then Ava is let in, and was not asked for a second factor

    Examples:
      | application             |
      | regular web application |
      | single-page application |

  @MFA-BYP-036 @must
  Scenario Outline: A stolen code of the web application is worthless without its secret
    Given the <application> has the MFA grant
    And Ava has a password and no second factor
    And Ava signed in at the <application> as far as its code
    When somebody presents the code of Ava's sign-in at the <application>, and no secret
    Then the tenant refuses
    And nothing is enrolled for Ava
    When Ava signs in at the <application> for the MFA API
    Then Ava is let in, and was not asked for a second factor

    Examples:
      | application             |
      | regular web application |
