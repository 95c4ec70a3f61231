Feature: A password alone gets nobody with a factor a token for the MFA API
  Whoever has a factor shows it before they get a token for the MFA API, on every way that ends in one.
  Refused are the password without a browser, and a refresh token from before the factor.
  Not covered here: silent sign-in and remembered devices, which stand with what a browser kept.

  Background:
    Given these factors are on
      | SMS               |
      | one-time password |

  @MFA-BYP-001 @must
  Scenario Outline: The password alone earns no token where there is a factor
    Given the <application> has the MFA grant
    And the <application> has the password grant
    And Ava has a password and no second factor
    And Ben has a password and no second factor
    And the <application> gives Ben tokens for his password alone
    And Ava enrolled <factor> at the <application>
    When Ava asks the <application> for tokens with her password alone
    Then the tenant wants a second factor before it gives tokens
    When Ben asks the <application> for tokens with his password alone
    Then the tenant accepts it

    Examples:
      | application             | factor               |
      | regular web application | her phone            |
      | single-page application | her phone            |
      | single-page application | an authenticator app |

  @MFA-BYP-002 @must
  Scenario Outline: A refresh token from before the factor earns no token after it
    Given the <application> has the MFA grant
    And the <application> has the refresh token grant
    And Ava has a password and no second factor
    And the <application> renews Ava's tokens while she has no factor
    When Ava signs in at the <application> for the MFA API, asking only for "openid enroll offline_access"
    And Ava asks to enroll her phone
    And Ava refreshes her tokens
    Then the tenant accepts it
    When Ava answers with the texted code, the token in header and body
    Then the tenant accepts it
    When Ava refreshes her tokens
    Then the tenant wants a second factor before it gives tokens

    Examples:
      | application             |
      | regular web application |
      | single-page application |

  @MFA-BYP-003 @must
  Scenario Outline: Fewer scopes are no way past the second factor
    Given the <application> has the MFA grant
    And Ava has a password and no second factor
    And Ava enrolled her phone at the <application>
    When Ava signs in at the <application> for the MFA API, asking only for "<scopes>"
    Then Ava is not let in, but asked for a second factor
    When Ava signs in again with the texted code
    Then Ava is let in, after she was asked for the texted code

    Examples:
      | application             | scopes              |
      | regular web application | openid              |
      | single-page application | openid              |
      | single-page application | read:authenticators |

  @MFA-BYP-004 @must
  Scenario Outline: A factor counts at every application of the tenant
    Given the <application> has the MFA grant
    And Ava has a password and no second factor
    And Ava enrolled her phone at the <application>
    When Ava signs in at the <other application> for the MFA API
    Then Ava is not let in, but asked for a second factor
    When Ava signs in again with the texted code
    Then Ava is let in, after she was asked for the texted code

    Examples:
      | application             | other application       |
      | regular web application | single-page application |
      | single-page application | regular web application |

  @MFA-BYP-005 @must
  Scenario Outline: A new <thing> leaves the second factor in place
    Given the <application> has the MFA grant
    And Ava has a password and no second factor
    And Ava enrolled her phone at the <application>
    When the administrator changes Ava's <thing>
    And Ava signs in again and tries to pass by the second factor
    Then Ava is not let in, but asked for a second factor
    When Ava signs in again with the texted code
    Then Ava is let in, after she was asked for the texted code

    Examples:
      | application             | thing          |
      | regular web application | password       |
      | single-page application | password       |
      | single-page application | e-mail address |

  @MFA-BYP-016 @must
  Scenario Outline: The password alone earns no token where the connection is named
    Given the <application> has the MFA grant
    And Ava has a password and no second factor
    And Ben has a password and no second factor
    And the <application> gives Ben tokens for his password alone, naming the connection
    And Ava enrolled her phone at the <application>
    When Ava asks the <application> for tokens with her password alone, naming the connection
    Then the tenant wants a second factor before it gives tokens
    When Ben asks the <application> for tokens with his password alone, naming the connection
    Then the tenant accepts it

    Examples:
      | application             |
      | regular web application |
      | single-page application |

  @MFA-BYP-017 @must
  Scenario Outline: Somebody with the same address elsewhere is somebody else
    Given the <application> has the MFA grant
    And Ava has a password and no second factor
    And Eve has Ava's e-mail address in the other connection of the <application>
    And Ava enrolled her phone at the <application>
    When Eve signs in at the <application> for the MFA API through the other connection
    Then Eve is let in, and was not asked for a second factor
    And Eve's access token is signed by the tenant, for her and the <application>
    And Eve sees no phone in her list
    When Ava signs in again and tries to pass by the second factor
    Then Ava is not let in, but asked for a second factor

    Examples:
      | application             |
      | regular web application |
      | single-page application |

  @MFA-BYP-018 @must
  Scenario Outline: Who signs up with an address that is taken gets nothing
    Given the <application> has the MFA grant
    And anybody may sign up at the <application>
    And Ava has a password and no second factor
    And Ava enrolled her phone at the <application>
    When somebody signs up at the <application> with Ava's e-mail address
    Then the tenant refuses
    And nothing is enrolled for Ava but her phone
    When Ava signs in again with the texted code
    Then Ava is let in, after she was asked for the texted code

    Examples:
      | application             |
      | regular web application |
      | single-page application |

  @MFA-BYP-019 @must
  Scenario Outline: Who asks for a new password gets none by asking
    Given the <application> has the MFA grant
    And Ava has a password and no second factor
    And Ava enrolled her phone at the <application>
    When somebody asks for a new password for Ava, and names one
    Then nothing is enrolled for Ava but her phone
    When Ava signs in at the <application> for the MFA API with the password that was named
    Then Ava is not let in
    When Ava signs in again with the texted code
    Then Ava is let in, after she was asked for the texted code

    Examples:
      | application             |
      | regular web application |
      | single-page application |

  @MFA-BYP-029 @must
  Scenario Outline: No word in the request takes the second factor away
    Given the <application> has the MFA grant
    And Ava has a password and no second factor
    And Ava enrolled her phone at the <application>
    When Ava signs in again, <word>, and tries to pass by the second factor
    Then Ava is not let in, but asked for a second factor
    When Ava signs in again with the texted code
    Then Ava is let in, after she was asked for the texted code

    Examples:
      | application             | word                              |
      | regular web application | naming the connection             |
      | single-page application | naming the connection             |
      | single-page application | wanting the password asked anew   |
      | single-page application | saying how old the sign-in may be |
      | single-page application | saying that little is enough      |
