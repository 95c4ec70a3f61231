Feature: The tenant is set up so that users can enroll
  What every enrollment stands on is set in the tenant: the grant, both factors, the way to a phone, and the applications.
  Refused is nothing here: each line says what must be set, and a wrong setting is found once, before anybody signs in.
  Not covered here: what protects users beyond that, which is a feature of its own.

  @MFA-CFG-001 @must
  Scenario Outline: An application has the MFA grant
    When the administrator looks at the tenant's settings
    Then the <application> may use the MFA grant

    Examples:
      | application             |
      | regular web application |
      | single-page application |

  @MFA-CFG-002 @must
  Scenario Outline: A factor is on
    When the administrator looks at the tenant's settings
    Then the factor <factor> is switched on

    Examples:
      | factor            |
      | SMS               |
      | one-time password |

  @MFA-CFG-003 @must
  Scenario: Phones are texted
    When the administrator looks at the tenant's settings
    Then phones are reached by SMS

  @MFA-CFG-004 @must
  Scenario Outline: An application's callback is registered
    When the administrator looks at the tenant's settings
    Then the <application> lists its callback

    Examples:
      | application             |
      | regular web application |
      | single-page application |

  @MFA-CFG-005 @must
  Scenario Outline: The connection is enabled for an application
    When the administrator looks at the tenant's settings
    Then users of the connection may sign in at the <application>

    Examples:
      | application             |
      | regular web application |
      | single-page application |

  @MFA-CFG-006 @must
  Scenario Outline: An application proves itself as its kind does
    When the administrator looks at the tenant's settings
    Then the <application> proves itself as its kind does

    Examples:
      | application             |
      | regular web application |
      | single-page application |

  @MFA-CFG-007 @must
  Scenario: Texts go where they are read
    When the administrator looks at the tenant's settings
    Then the phone provider brings texts to where the suite reads them

  @MFA-CFG-009 @must
  Scenario Outline: A factor that is on has what it needs
    When the administrator looks at the tenant's settings
    Then the factor <factor> has the account that it needs, where it is on

    Examples:
      | factor |
      | SMS    |
      | Duo    |

  @MFA-CFG-010 @must
  Scenario: Texts show their code
    When the administrator looks at the tenant's settings
    Then each text shows its code
