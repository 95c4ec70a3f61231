Feature: A confirmation needs every parameter, form-encoded or as JSON
  A "confirmed factor" is confirmed in the administrator's list or active in the user's own list.
  Not covered: parameters that are not documented.

  Background:
    Given the SMS factor is enabled

  @MFA-CNF-015 @must
  Scenario Outline: A confirmation without a required parameter is refused
    Given Ava is a test user without a second factor, signed in to the <application> for the MFA API
    And Ava started enrolling her phone by SMS
    When Ava confirms the enrollment with the SMS code, without <parameter>
    Then the request is refused with HTTP 400, 401 or 403
    And Ava has no confirmed factor
    When Ava confirms the enrollment with the SMS code
    Then the request succeeds

    Examples: Further rows use one application, as the rule does not depend on it
      | application             | parameter            |
      | regular web application | the binding code     |
      | single-page application | the binding code     |
      | single-page application | the MFA API token    |
      | single-page application | the out-of-band code |
      | single-page application | the client ID        |

  @MFA-CNF-016 @must
  Scenario Outline: A confirmation may be form-encoded or JSON
    Given Ava is a test user without a second factor, signed in to the <application> for the MFA API
    And Ava started enrolling her phone by SMS
    When Ava confirms the enrollment with the SMS code, <encoding>
    Then the request succeeds
    And Ava's phone is her only confirmed factor

    Examples: Further rows use one application, as the rule does not depend on it
      | application             | encoding     |
      | regular web application | as JSON      |
      | single-page application | as JSON      |
      | single-page application | form-encoded |
