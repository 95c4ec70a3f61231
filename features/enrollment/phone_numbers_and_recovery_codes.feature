Feature: Invalid phone numbers, recovery codes and verified email addresses
  An invalid phone number is refused, a recovery code comes with the first factor only, and a verified email address
  does not require MFA.
  A "confirmed factor" is confirmed in the administrator's list or active in the user's own list.
  Not covered: push notifications, and sign-in with a recovery code.

  @MFA-ENR-015 @must
  Scenario Outline: An invalid phone number is refused
    Given the SMS factor is enabled
    And Ava is a test user without a second factor, signed in to the <application> for the MFA API
    When Ava starts enrolling the phone number <number>
    Then the request is refused with HTTP 400, 401 or 403
    And Ava has no confirmed factor
    When Ava starts enrolling her phone by SMS
    Then the request succeeds

    Examples: Further rows use one application, as the rule does not depend on it
      | application             | number               |
      | regular web application | 5550100              |
      | single-page application | +1                   |
      | single-page application | +1555CALLME1         |
      | single-page application | +1555010012345678901 |

  @MFA-ENR-016 @must
  Scenario Outline: A recovery code is issued with the first factor only
    Given the SMS, one-time password and recovery code factors are enabled
    And Ava is a test user without a second factor, signed in to the <application> for the MFA API
    When Ava starts enrolling her phone by SMS
    Then the tenant returns one recovery code
    When Ava confirms the enrollment with the SMS code
    And Ava signs in again, answering the MFA challenge with the SMS code
    And Ava starts enrolling an authenticator app
    Then the tenant returns no recovery code

    Examples:
      | application             |
      | regular web application |
      | single-page application |

  @MFA-ENR-017 @should
  Scenario Outline: A verified email address is listed, and does not require MFA by itself
    Given the email factor is enabled
    And the <application> is allowed the password grant
    And Ava is a test user without a second factor
    When Ava signs in to the <application>, requesting the MFA API
    Then sign-in succeeds without an MFA challenge
    And Ava's authenticator list shows her email address as active
    When the <application> requests an MFA API token for Ava with the password grant
    Then the request succeeds

    Examples:
      | application             |
      | regular web application |
      | single-page application |
