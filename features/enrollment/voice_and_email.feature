Feature: Voice calls and email as factors
  A phone enrolled by voice call counts like one enrolled by SMS; an unconfirmed email address does not count.
  A "confirmed factor" is confirmed in the administrator's list or active in the user's own list.
  Not covered: confirming an email address, as the suite reads no email.

  @MFA-ENR-021 @should
  Scenario Outline: A user who enrolled a phone by voice call is challenged at sign-in
    Given phones can be enrolled by SMS and by voice call
    And Ava is a test user without a second factor, signed in to the <application> for the MFA API
    When Ava starts enrolling her phone by voice call
    Then the tenant returns an out-of-band code for a voice call and asks for a binding code
    When Ava confirms the enrollment with the code from the voice call
    Then the request succeeds
    And Ava's phone is her only confirmed factor
    When Ava signs in again, giving only her password
    Then sign-in stops at the MFA challenge

    Examples:
      | application             |
      | regular web application |
      | single-page application |

  @MFA-ENR-022 @should
  Scenario Outline: An unconfirmed email address is listed as inactive
    Given the email factor is enabled
    And Ava is a test user without a second factor, signed in to the <application> for the MFA API
    When Ava starts enrolling another email address
    Then the tenant returns an out-of-band code for email and asks for a binding code
    And Ava's authenticator list shows the other email address as inactive

    Examples:
      | application             |
      | regular web application |
      | single-page application |
