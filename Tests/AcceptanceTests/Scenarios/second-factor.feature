# Who knows the password alone stays outside, once somebody has a second factor.

Phrase: <who> has a second factor
  * <who>: SetUpSecondFactor (<who>.secret = secret) -> SecondFactorSetUp
  * the code of $<who>.secret is called <who>.used
  * <who>: ConfirmSecondFactor {code: $<who>.used} -> SecondFactorConfirmed

Phrase: <who> signs in with the code <code>
  * someone: SignIn {email: <who>@example.org, password: open sesame 1, code: "<code>"}
      (<who>.account = accountId) -> ... SignedIn

Phrase: <who> cannot sign in with the code <code>
  * someone: SignIn {email: <who>@example.org, password: open sesame 1, code: "<code>"}
      -> refused signInRefused + SignInRefused

Scenario: A second factor is asked for once it was shown to work
  Seeds: domain 5 row 47
  Given Cara is a client
  And there is a letter with everything
  And Cara has an active account
  And Cara signs in
  When Cara: SetUpSecondFactor (Cara.secret = secret) -> SecondFactorSetUp
  Then Cara signs in
  When the code of $Cara.secret is called Cara.used
  And Cara: ConfirmSecondFactor {code: "000000"} -> refused wrongSecondFactor code
  And Cara: ConfirmSecondFactor {code: $Cara.used} -> SecondFactorConfirmed
  Then Cara cannot sign in
  And Cara cannot sign in with the code 000000
  And Cara: SetUpSecondFactor -> refused hasSecondFactor
  When at 2026-03-02T15:01:00Z
  And the code of $Cara.secret is called Cara.fresh
  Then Cara signs in with the code $Cara.fresh

Scenario: A code is used once, and an old one not at all
  Seeds: domain 5 row 47; RFC 6238 §5.2
  Given Cara is a client
  And there is a letter with everything
  And Cara has an active account
  And Cara signs in
  And Cara has a second factor
  Then Cara cannot sign in with the code $Cara.used
  When at 2026-03-02T15:01:00Z
  And the code of $Cara.secret is called Cara.fresh
  Then Cara signs in with the code $Cara.fresh
  And Cara cannot sign in with the code $Cara.fresh
  When at 2026-03-02T15:30:00Z
  Then Cara cannot sign in with the code $Cara.fresh
  When the code of $Cara.secret is called Cara.last
  And the store is reopened
  Then Cara signs in with the code $Cara.last
  And Cara cannot sign in with the code $Cara.last

Scenario: Guessing codes is made to wait, and locks nothing
  Seeds: domain 5 row 47; A-29
  Given Cara is a client
  And there is a letter with everything
  And Cara has an active account
  And Cara signs in
  And Cara has a second factor
  When Cara cannot sign in with the code 1
  And Cara cannot sign in with the code 2
  And Cara cannot sign in with the code 3
  And Cara cannot sign in with the code 4
  And Cara cannot sign in with the code 5
  And at 2026-03-02T15:01:00Z
  And the code of $Cara.secret is called Cara.fresh
  Then Cara cannot sign in with the code $Cara.fresh
  And the state of Cara is Active
  When at 2026-03-02T15:20:00Z
  And the code of $Cara.secret is called Cara.later
  Then Cara signs in with the code $Cara.later

Scenario: Staff take the second factor from somebody who has lost their phone
  Seeds: domain 5 row 47
  Given Cara is a client
  And there is a letter with everything
  And Cara has an active account
  And Cara signs in
  And Cara has a second factor
  And Ben is a member of staff
  Then Ben: RemoveSecondFactor {accountId: $Cara.account} -> refused notPermitted
  When Ana: RemoveSecondFactor {accountId: $Cara.account} -> SecondFactorRemoved
  Then Cara signs in
  And Ana: RemoveSecondFactor {accountId: $Cara.account} -> refused noSecondFactor

Scenario: A forgotten password does not lead round the second factor
  Seeds: domain 5 rows 46 and 47; I8
  Given Cara is a client
  And there is a letter with everything
  And Cara has an active account
  And Cara signs in
  And Cara has a second factor
  When someone: RequestPasswordReset {email: Cara@example.org}
  And mail to Cara@example.org about passwordReset: Cara.reset = resetLink
  And someone: SetPassword {token: $Cara.reset, password: open sesame 1} -> ... PasswordSet
  Then Cara cannot sign in
  When at 2026-03-02T15:01:00Z
  And the code of $Cara.secret is called Cara.fresh
  Then Cara signs in with the code $Cara.fresh

Scenario: The second factor comes along when records are merged
  Seeds: domain 5 rows 47 and 50
  Given Cara is a client
  And Dora is a client
  And there is a letter with everything
  And Cara has an active account
  And Cara signs in
  And Cara has a second factor
  When Ana: MergeClientRecords {survivor: $Dora, merged: $Cara} -> ... ClientRecordsMerged
  Then Cara cannot sign in
  And Cara cannot sign in with the code $Cara.used
  When at 2026-03-02T15:01:00Z
  And the code of $Cara.secret is called Cara.fresh
  Then Cara signs in with the code $Cara.fresh
  And the state of Dora is Active
