Feature: A user enrolls an authenticator app first, then a phone by SMS
  Not covered: the usual order (see sms_then_authenticator_app.feature).

  @MFA-ENR-008 @must
  Scenario Outline: A user may enroll an authenticator app first, then a phone
    Given the SMS and one-time password factors are enabled
    And Ava is a test user with an authenticator app enrolled through the <application>
    When Ava signs in again, answering the MFA challenge with the OTP code
    Then sign-in succeeds after an OTP challenge
    When Ava starts enrolling her phone by SMS
    And Ava confirms the enrollment with the SMS code
    Then the request succeeds
    And the administrator sees Ava's phone and authenticator app as confirmed

    Examples:
      | application             |
      | regular web application |
      | single-page application |
