Feature: A recovery code stands in for a factor once, and is replaced
  Whoever has lost the phone shows the recovery code instead, and gets the next one in return.
  Refused are a recovery code that was used before, and one of somebody else.
  Not covered here: recovery codes on the pages of the sign-in, which the area "bypass" has.

  @MFA-CNF-017 @must
  Scenario Outline: A recovery code is good once, and brings the next
    Given these factors are on
      | SMS           |
      | recovery code |
    And the <application> has the password grant
    And Ava has a password and no second factor
    And Ava enrolled her phone at the <application>
    When Ava asks the <application> for tokens with her password alone
    And Ava shows her recovery code
    Then Ava gets another recovery code
    When Ava asks the <application> for tokens with her password alone
    And Ava shows the recovery code that she used
    Then the tenant refuses with "invalid_grant"
    And nothing is enrolled for Ava but her phone
    When Ava shows her recovery code
    Then Ava gets another recovery code

    Examples:
      | application             |
      | regular web application |
      | single-page application |

  @MFA-CNF-026 @must
  Scenario Outline: The recovery code of somebody else opens nothing
    Given these factors are on
      | SMS           |
      | recovery code |
    And the <application> has the password grant
    And Ava has a password and no second factor
    And Ben has a password and no second factor
    And Ava enrolled her phone at the <application>
    And Ben enrolled his phone at the <application>
    When Ava asks the <application> for tokens with her password alone
    And Ava shows the recovery code of Ben
    Then the tenant refuses with "invalid_grant"
    And nothing is enrolled for Ava but her phone
    When Ava shows her recovery code
    Then Ava gets another recovery code

    Examples:
      | application             |
      | regular web application |
      | single-page application |
