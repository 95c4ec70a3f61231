Feature: The MFA challenge at sign-in accepts only the current code of the user's own factor
  A code that was used, expired, guessed or sent to another user does not complete the MFA challenge at sign-in.
  "Sign-in stops at the MFA challenge" means: the tenant asks for a factor and issues no token.
  Scenarios with @moves-clock run only on a tenant whose clock the suite may set.
  Not covered: how long a user is locked out after wrong codes.

  Background:
    Given the SMS and one-time password factors are enabled

  @MFA-BYP-012 @must
  Scenario Outline: The code that confirmed a factor cannot be used again at sign-in
    Given Ava is a test user with <factor> enrolled through the <application>
    When Ava signs in again, answering the MFA challenge with the <method> code of the confirmation
    Then sign-in stops at the MFA challenge
    When Ava signs in again, answering the MFA challenge with the <method> code
    Then sign-in succeeds after an <method> challenge

    Examples: Further rows use one application, as the rule does not depend on it
      | application             | factor               | method |
      | regular web application | a phone              | SMS    |
      | single-page application | a phone              | SMS    |
      | single-page application | an authenticator app | OTP    |

  @MFA-BYP-013 @must
  Scenario Outline: An SMS code sent to another user is refused at sign-in
    Given Ava is a test user with a phone enrolled through the <application>
    And Ben is a test user with a phone enrolled through the <application>
    When Ava signs in again, answering the MFA challenge with the SMS code sent to Ben
    Then sign-in stops at the MFA challenge
    When Ava signs in again, answering the MFA challenge with the SMS code
    Then sign-in succeeds after an SMS challenge

    Examples:
      | application             |
      | regular web application |
      | single-page application |

  @MFA-BYP-014 @must
  Scenario Outline: A wrong code is refused at sign-in
    Given Ava is a test user with <factor> enrolled through the <application>
    When Ava signs in again, answering the MFA challenge with a wrong <method> code
    Then sign-in stops at the MFA challenge
    When Ava signs in again, answering the MFA challenge with the <method> code
    Then sign-in succeeds after an <method> challenge

    Examples: Further rows use one application, as the rule does not depend on it
      | application             | factor               | method |
      | regular web application | an authenticator app | OTP    |
      | single-page application | an authenticator app | OTP    |
      | single-page application | a phone              | SMS    |

  @MFA-BYP-015 @must @moves-clock
  Scenario Outline: An expired SMS code is refused at sign-in
    Given Ava is a test user with a phone enrolled through the <application>
    When Ava signs in again, answering the MFA challenge with the SMS code after 6 minutes
    Then sign-in stops at the MFA challenge
    When Ava signs in again, answering the MFA challenge with the SMS code
    Then sign-in succeeds after an SMS challenge

    Examples:
      | application             |
      | regular web application |
      | single-page application |

  @MFA-BYP-028 @must
  Scenario Outline: Ten wrong codes at sign-in lock the user out
    Given Ava is a test user with a phone enrolled through the <application>
    When Ava signs in again, answering the MFA challenge with ten wrong SMS codes, then with the right one
    Then sign-in stops at the MFA challenge

    Examples:
      | application             |
      | regular web application |
      | single-page application |

  @MFA-BYP-032 @must
  Scenario Outline: A recovery code signs in its own user, once
    Given the recovery code factor is enabled
    And Ava is a test user with a phone enrolled through the <application>
    And Ben is a test user with a phone enrolled through the <application>
    When Ava signs in again, answering the MFA challenge with Ben's recovery code
    Then sign-in stops at the MFA challenge
    When Ava signs in again, answering the MFA challenge with her recovery code
    Then sign-in succeeds after a recovery code challenge
    When Ava signs in again, answering the MFA challenge with her used recovery code
    Then sign-in stops at the MFA challenge

    Examples:
      | application             |
      | regular web application |
      | single-page application |
