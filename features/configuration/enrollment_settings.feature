Feature: The tenant settings allow enrollment
  Each scenario reads one setting that enrollment needs. A wrong setting is reported once, before any user signs in.
  Not covered: settings that protect users (see protection_settings.feature).

  @MFA-CFG-001 @must
  Scenario Outline: The applications are allowed the MFA grant
    When the administrator reads the tenant settings
    Then the <application> is allowed the MFA grant

    Examples:
      | application             |
      | regular web application |
      | single-page application |

  @MFA-CFG-002 @must
  Scenario Outline: The SMS and one-time password factors are enabled
    When the administrator reads the tenant settings
    Then the <factor> factor is enabled

    Examples:
      | factor            |
      | SMS               |
      | one-time password |

  @MFA-CFG-003 @must
  Scenario: Phone messages are sent by SMS
    When the administrator reads the tenant settings
    Then phone messages are sent by SMS

  @MFA-CFG-004 @must
  Scenario Outline: The applications' callback URLs are registered
    When the administrator reads the tenant settings
    Then the <application>'s callback URL is registered

    Examples:
      | application             |
      | regular web application |
      | single-page application |

  @MFA-CFG-005 @must
  Scenario Outline: The connection is enabled for the applications
    When the administrator reads the tenant settings
    Then the connection is enabled for the <application>

    Examples:
      | application             |
      | regular web application |
      | single-page application |

  @MFA-CFG-006 @must
  Scenario Outline: The applications' client authentication methods fit their types
    When the administrator reads the tenant settings
    Then the <application>'s client authentication method fits its type

    Examples:
      | application             |
      | regular web application |
      | single-page application |

  @MFA-CFG-007 @must
  Scenario: The phone provider delivers SMS messages to the suite's test phones
    When the administrator reads the tenant settings
    Then the phone provider delivers SMS messages to the suite's test phones

  @MFA-CFG-009 @must
  Scenario Outline: An enabled factor has its provider account
    When the administrator reads the tenant settings
    Then the <factor> factor, if enabled, has its provider account

    Examples:
      | factor |
      | SMS    |
      | Duo    |

  @MFA-CFG-010 @must
  Scenario: Each SMS template contains the code
    When the administrator reads the tenant settings
    Then each SMS template contains the code
