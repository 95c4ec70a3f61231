Feature: A phone may be called, and an e-mail address mailed
  Where the tenant calls phones, a call proves a phone as a text does; where e-mail is on, an address is proved by a code.
  Refused is a sign-in that answers with nothing but the password; an address that nobody proved counts for nothing.
  Not covered here: the confirmation of an address, as nobody reads what is mailed.

  @MFA-ENR-021 @should
  Scenario Outline: A phone that was called is asked for at the next sign-in
    Given phones are called as well as texted
    And the <application> has the MFA grant
    And Ava has a password and no second factor
    And Ava signed in at the <application> for the MFA API
    When Ava asks to enroll her phone by a call
    Then the tenant wants the code that it tells by a call
    When Ava answers with the texted code, the token in header and body
    Then the tenant accepts it
    And nothing is enrolled for Ava but her phone
    When Ava signs in again and tries to pass by the second factor
    Then Ava is not let in, but asked for a second factor

    Examples:
      | application             |
      | regular web application |
      | single-page application |

  @MFA-ENR-022 @should
  Scenario Outline: An e-mail address that nobody proved counts for nothing
    Given these factors are on
      | e-mail |
    And the <application> has the MFA grant
    And Ava has a password and no second factor
    And Ava signed in at the <application> for the MFA API
    When Ava asks to enroll another e-mail address
    Then the tenant wants the code that it mails
    And Ava sees the other e-mail address in her list, not active

    Examples:
      | application             |
      | regular web application |
      | single-page application |
