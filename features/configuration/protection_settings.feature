Feature: The tenant settings protect users and lock nobody out
  Each scenario reads one setting. Not covered: how long a block lasts, and what an Action decides for one user.

  @MFA-CFG-008 @must
  Scenario: Every user whom the MFA policy challenges can enroll a factor
    When the administrator reads the tenant settings
    Then every user whom the MFA policy challenges can enroll a factor

  @MFA-CFG-011 @should
  Scenario: Each SMS template names the sender
    When the administrator reads the tenant settings
    Then each SMS template names the sender

  @MFA-CFG-012 @should
  Scenario: Each SMS message fits in one segment
    When the administrator reads the tenant settings
    Then each SMS message fits in one segment

  @MFA-CFG-013 @must
  Scenario: Brute-force protection is enabled
    When the administrator reads the tenant settings
    Then brute-force protection is enabled and blocks

  @MFA-CFG-014 @should
  Scenario: Suspicious IP throttling is enabled
    When the administrator reads the tenant settings
    Then suspicious IP throttling is enabled and throttles

  @MFA-CFG-015 @should
  Scenario Outline: The applications redirect to a loopback address only after the user confirms
    When the administrator reads the tenant settings
    Then the <application> redirects to a loopback address only after the user confirms

    Examples:
      | application             |
      | regular web application |
      | single-page application |

  @MFA-CFG-016 @should
  Scenario Outline: Refresh tokens of browser applications rotate and expire
    When the administrator reads the tenant settings
    Then the <application>'s refresh tokens rotate and expire

    Examples: Only the single-page application keeps tokens in a browser
      | application             |
      | single-page application |

  @MFA-CFG-017 @should
  Scenario: Actions that choose factors are allowed to do so
    When the administrator reads the tenant settings
    Then Actions choose factors only where the MFA settings allow it
