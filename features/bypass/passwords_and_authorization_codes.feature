Feature: Only the user's own, complete sign-in yields tokens
  No tokens are issued for a wrong or former password, for a blocked account, to an unregistered redirect URI, and for a
  stolen or used authorization code. The attacker acts with the credentials of the application that the step names.
  A "confirmed factor" is confirmed in the administrator's list or active in the user's own list.
  Scenarios with @moves-clock run only on a tenant whose clock the suite may set.
  Not covered: how long an account stays blocked after wrong passwords.

  Background:
    Given the SMS factor is enabled

  @MFA-BYP-006 @must
  Scenario Outline: A wrong password does not sign a user in
    Given the <application> is allowed the MFA grant
    And Ava is a test user without a second factor
    When Ava signs in to the <application> with a wrong password
    Then sign-in fails before any MFA challenge
    When Ava signs in to the <application>, requesting the MFA API
    Then sign-in succeeds without an MFA challenge

    Examples:
      | application             |
      | regular web application |
      | single-page application |

  @MFA-BYP-007 @must
  Scenario Outline: An authorization code is never sent to an unregistered redirect URI
    Given the <application> is allowed the MFA grant
    And Ava is a test user without a second factor
    When Ava signs in to the <application> with <redirect URI>
    Then sign-in stops at an error page of the tenant
    When Ava signs in to the <application>, requesting the MFA API
    Then sign-in succeeds without an MFA challenge

    Examples: Further rows use one application, as the rule does not depend on it
      | application             | redirect URI                                           |
      | regular web application | a redirect URI that is not registered                  |
      | single-page application | a redirect URI that is not registered                  |
      | single-page application | a redirect URI that only starts with a registered one  |

  @MFA-BYP-008 @must
  Scenario Outline: An authorization code can be exchanged once
    Given the <application> is allowed the MFA grant
    And Ava is a test user without a second factor
    When Ava signs in to the <application>, requesting the MFA API
    Then sign-in succeeds without an MFA challenge
    When the <application> exchanges Ava's authorization code again
    Then the request is refused with "invalid_grant"
    And Ava has no confirmed factor

    Examples:
      | application             |
      | regular web application |
      | single-page application |

  @MFA-BYP-009 @must
  Scenario Outline: An authorization code cannot be exchanged with a wrong PKCE verifier
    Given the <application> is allowed the MFA grant
    And Ava is a test user without a second factor
    And the <application> holds an unused authorization code for Ava
    When an attacker tries to exchange Ava's authorization code as the <application>, with a wrong PKCE verifier
    Then the request is refused with HTTP 400, 401 or 403
    And Ava has no confirmed factor
    When Ava signs in to the <application>, requesting the MFA API
    Then sign-in succeeds without an MFA challenge

    Examples:
      | application             |
      | regular web application |
      | single-page application |

  @MFA-BYP-031 @must
  Scenario Outline: An authorization code cannot be exchanged without its PKCE verifier or with another redirect URI
    Given the <application> is allowed the MFA grant
    And Ava is a test user without a second factor
    And the <application> holds an unused authorization code for Ava
    When an attacker tries to exchange Ava's authorization code as the <application>, <flaw>
    Then the request is refused with HTTP 400, 401 or 403
    And Ava has no confirmed factor
    When Ava signs in to the <application>, requesting the MFA API
    Then sign-in succeeds without an MFA challenge

    Examples: Further rows use one application, as the rule does not depend on it
      | application             | flaw                      |
      | regular web application | without the PKCE verifier |
      | single-page application | without the PKCE verifier |
      | single-page application | with another redirect URI |

  @MFA-BYP-010 @must
  Scenario Outline: An authorization code cannot be exchanged by another application
    Given the <application> is allowed the MFA grant
    And Ava is a test user without a second factor
    And the <application> holds an unused authorization code for Ava
    When an attacker tries to exchange Ava's authorization code as the <other application>, which did not request it
    Then the request is refused with HTTP 400, 401 or 403
    And Ava has no confirmed factor
    When Ava signs in to the <application>, requesting the MFA API
    Then sign-in succeeds without an MFA challenge

    Examples:
      | application             | other application       |
      | regular web application | single-page application |
      | single-page application | regular web application |

  @MFA-BYP-011 @must @moves-clock
  Scenario Outline: An authorization code expires
    Given the <application> is allowed the MFA grant
    And Ava is a test user without a second factor
    And the <application> holds an unused authorization code for Ava
    When 60 minutes pass
    And the <application> exchanges Ava's authorization code
    Then the request is refused with HTTP 400, 401 or 403
    And Ava has no confirmed factor
    When Ava signs in to the <application>, requesting the MFA API
    Then sign-in succeeds without an MFA challenge

    Examples:
      | application             |
      | regular web application |
      | single-page application |

  @MFA-BYP-030 @must
  Scenario Outline: A former password does not sign a user in
    Given Ava is a test user without a second factor, signed in to the <application> for the MFA API
    When the administrator changes Ava's password
    And Ava signs in to the <application> with her former password
    Then sign-in fails before any MFA challenge
    When Ava signs in to the <application>, requesting the MFA API
    Then sign-in succeeds without an MFA challenge

    Examples:
      | application             |
      | regular web application |
      | single-page application |

  @MFA-BYP-033 @must
  Scenario Outline: Ten wrong passwords block the account
    Given the <application> is allowed the MFA grant
    And brute-force protection blocks an account after ten wrong passwords
    And Ava is a test user without a second factor
    When Ava signs in to the <application> with ten wrong passwords
    And Ava signs in to the <application>, requesting the MFA API
    Then sign-in is refused because the account is blocked
    When the administrator unblocks Ava
    And Ava signs in to the <application>, requesting the MFA API
    Then sign-in succeeds without an MFA challenge

    Examples: One application, as the block is the account's
      | application             |
      | single-page application |

  @MFA-BYP-034 @must
  Scenario Outline: A blocked user cannot sign in
    Given the <application> is allowed the MFA grant
    And Ava is a test user without a second factor
    When the administrator blocks Ava
    And Ava signs in to the <application>, requesting the MFA API
    Then sign-in is refused because the account is blocked
    When the administrator unblocks Ava
    And Ava signs in to the <application>, requesting the MFA API
    Then sign-in succeeds without an MFA challenge

    Examples:
      | application             |
      | regular web application |
      | single-page application |

  @MFA-BYP-035 @must
  Scenario Outline: A sign-in that started in one browser cannot continue in another
    Given the <application> is allowed the MFA grant
    And Ava is a test user without a second factor
    When Ava starts to sign in to the <application> in one browser and continues in another
    Then sign-in fails before any MFA challenge
    When Ava signs in to the <application>, requesting the MFA API
    Then sign-in succeeds without an MFA challenge

    Examples:
      | application             |
      | regular web application |
      | single-page application |

  @MFA-BYP-036 @must
  Scenario Outline: The regular web application cannot exchange an authorization code without its client secret
    Given the <application> is allowed the MFA grant
    And Ava is a test user without a second factor
    And the <application> holds an unused authorization code for Ava
    When an attacker tries to exchange Ava's authorization code as the <application>, without the client secret
    Then the request is refused with HTTP 400, 401 or 403
    And Ava has no confirmed factor
    When Ava signs in to the <application>, requesting the MFA API
    Then sign-in succeeds without an MFA challenge

    Examples: Only the regular web application has a client secret
      | application             |
      | regular web application |
