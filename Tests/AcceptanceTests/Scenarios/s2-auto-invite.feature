Scenario: A signed visit brings the invitation at once
  Seeds: S2 L3, L7-9; A-21
  Given Cara is a client
  And Ana: EnableAutoInvite -> AutoInviteEnabled
  And Cara was seen on 2026-03-02
  And a note of the visit of Cara is written
  And no new mail
  When the visit of Cara is signed
  And at 2026-03-02T15:05:00Z
  Then mail to Cara@example.org about autoInvitation: Cara.token = invitationLink
  And Ana asks AutoInviteQueue {} -> lacks {clientId: $Cara, state: scheduled}
  And Ana asks Invitations {kind: auto} -> [{clientId: $Cara, state: pending}]
  And Ana asks EnrolmentStatus {clientId: $Cara} -> {status: invited}

Scenario: Automatic invitations are off until an administrator enables them
  Seeds: S2 L3, L13, L21; A-16
  Given Cara is a client
  And Ben is a member of staff
  And Cara was seen, noted and signed
  When at 2026-05-02T15:00:00Z
  Then Ana asks Invitations {} -> empty
  And Ben: EnableAutoInvite -> refused notPermitted
  And Ben: DisableAutoInvite -> refused notPermitted

Scenario: An unsigned visit brings the invitation 30 days after its date
  Seeds: S2 L11; domain 2.5
  Given Cara is a client
  And Ana: EnableAutoInvite
  And Cara was seen on 2026-03-02
  And a note of the visit of Cara is written
  Then Ana asks AutoInviteQueue {} -> [{clientId: $Cara, trigger: unsigned, dueOn: 2026-04-01,
    state: scheduled}]
  # 1 April begins in New York at 04:00 UTC: the clocks have gone forward meanwhile.
  When at 2026-04-01T03:59:59Z -> nothing
  Then no new mail
  When at 2026-04-01T04:00:00Z
  Then the new mails go to Cara@example.org

Scenario: Signing early brings the invitation forward
  Seeds: S2 L9, L11; A-20
  Given Cara is a client
  And Ana: EnableAutoInvite
  And Cara was seen on 2026-03-02
  And a note of the visit of Cara is written
  And at 2026-03-10T15:00:00Z
  When the visit of Cara is signed
  And at 2026-03-10T15:05:00Z
  Then mail to Cara@example.org about autoInvitation
  When at 2026-04-02T15:00:00Z
  Then no new mail
  And Ana asks Invitations {kind: auto} -> [{clientId: $Cara}]

Scenario: At most one automatic invitation per patient
  Seeds: S2 L3; A-20, T8
  Given Cara is a client
  And Ana: EnableAutoInvite
  And Cara was seen, noted and signed
  And at 2026-03-03T15:00:00Z
  When Cara was seen on 2026-03-03
  And a note of the visit of Cara is written
  And the visit of Cara is signed
  And at 2026-04-10T15:00:00Z
  Then Ana asks Invitations {kind: auto} -> [{clientId: $Cara}]

Scenario: Somebody who turns eighteen today is invited, who is seventeen is not
  Seeds: S2 L3; S2-02
  Given Cara is a client born 2008-03-02
  And Dora is a client born 2008-03-03
  And Ana: EnableAutoInvite
  When Cara was seen, noted and signed
  And Dora was seen, noted and signed
  And at 2026-03-02T15:05:00Z
  Then mail to Cara@example.org about autoInvitation
  And Ana asks AutoInviteQueue {} -> contains {clientId: $Dora, state: withheld,
    reasons: [ageOutside18to85]}
  And Ana asks Invitations {kind: auto} -> [{clientId: $Cara}]

Scenario: Somebody of eighty-five is invited, of eighty-six is not
  Seeds: S2 L3; S2-02
  Given Cara is a client born 1940-03-03
  And Dora is a client born 1940-03-02
  And Ana: EnableAutoInvite
  When Cara was seen, noted and signed
  And Dora was seen, noted and signed
  And at 2026-03-02T15:05:00Z
  Then mail to Cara@example.org about autoInvitation
  And Ana asks AutoInviteQueue {} -> contains {clientId: $Dora, reasons: [ageOutside18to85]}

Scenario: Born on 29 February, eighteen on 1 March
  Seeds: S2 L3; A-39
  Given Cara is a client born 2008-02-29
  And Ana: EnableAutoInvite
  And Cara was seen on 2026-01-29
  # The due day is 28 February 2026, which is past: she is old enough when it is sent.
  And a note of the visit of Cara is written
  When the visit of Cara is signed
  And at 2026-03-02T15:05:00Z
  Then mail to Cara@example.org about autoInvitation

Scenario: On 28 February somebody born on the 29th is still seventeen
  Seeds: S2 L3; A-39
  Given Dora is a client born 2012-02-29
  And Ana: EnableAutoInvite
  And at 2030-02-28T12:00:00Z
  When Dora was seen on 2030-02-28
  And a note of the visit of Dora is written
  And the visit of Dora is signed
  And at 2030-02-28T12:05:00Z
  Then Ana asks AutoInviteQueue {} -> contains {clientId: $Dora, reasons: [ageOutside18to85]}
  And no new mail to Dora@example.org

Scenario: What is missing in the chart withholds, and the corrected chart invites at once
  Seeds: S2 L3, L21-27; T8
  Given Ana: RegisterClient {patientIdNumber: N-Eve, givenName: Eve, familyName: Laneway,
    dateOfBirth: 1970-06-01} (Eve = clientId)
  And Ana: EnableAutoInvite
  And Eve was seen on 2026-03-02
  And a note of the visit of Eve is written
  When the visit of Eve is signed
  Then Ana asks AutoInviteQueue {} -> [{clientId: $Eve, state: withheld,
    reasons: [noEmail, noPhone]}]
  When Ana: ChangeClientEmail {clientId: $Eve, new: eve@example.org}
  Then Ana asks AutoInviteQueue {} -> [{clientId: $Eve, state: withheld, reasons: [noPhone]}]
  When Ana: ChangeClientPhone {clientId: $Eve, new: "555 0199 111"}
  Then mail to eve@example.org about autoInvitation
  And Ana asks InvitationStatistics {} -> {invited: 1}

Scenario: Without a note by the due day the invitation is withheld
  Seeds: S2 L3, L11, L33; pinned down 12
  Given Cara is a client
  And Ana: EnableAutoInvite
  And Cara was seen on 2026-03-02
  When at 2026-04-01T04:00:00Z
  Then Ana asks AutoInviteQueue {} -> [{clientId: $Cara, state: withheld,
    reasons: [noChartNote]}]
  When a note of the visit of Cara is written
  Then mail to Cara@example.org about autoInvitation

Scenario: A signed visit without a note is withheld
  Seeds: S2 L3; pinned down 12
  Given Cara is a client
  And Ana: EnableAutoInvite
  And Cara was seen on 2026-03-02
  When the visit of Cara is signed
  Then Ana asks AutoInviteQueue {} -> [{clientId: $Cara, state: withheld,
    reasons: [noChartNote]}]
  And Ana: SignEncounter {encounterId: $Cara.encounter} -> refused alreadySigned

Scenario: The toggle in the chart keeps one patient from being invited
  Seeds: S2 L31-39; S2-22
  Given Cara is a client
  And Dora is a client
  And Ana: EnableAutoInvite
  When Ana: TurnAutoSendOff {clientId: $Cara} -> AutoSendInvitationTurnedOff
  And Cara was seen, noted and signed
  And Dora was seen, noted and signed
  And at 2026-04-02T15:00:00Z
  Then Ana asks Invitations {kind: auto} -> [{clientId: $Dora}]
  And Ana asks EnrolmentStatus {clientId: $Cara} -> {status: notInvited, autoSend: false}
  And Ana asks ClientCard {clientId: $Cara} -> {autoSend: false}
  # The toggle does not block an invitation by hand.
  And Ana: SendPortalInvitation {clientId: $Cara, origin: clientCard} -> accepted

Scenario: Turning the toggle off cancels what is unsent, on evaluates it again
  Seeds: S2 L39; A-36
  Given Cara is a client
  And Ana: EnableAutoInvite
  And Cara was seen on 2026-03-02
  And a note of the visit of Cara is written
  When Ana: TurnAutoSendOff {clientId: $Cara}
  Then Ana asks AutoInviteQueue {} -> lacks {clientId: $Cara, state: scheduled}
  When Ana: TurnAutoSendOn {clientId: $Cara}
  Then Ana asks AutoInviteQueue {} -> contains {clientId: $Cara, state: scheduled,
    dueOn: 2026-04-01}
  When at 2026-04-01T04:00:00Z
  Then the new mails go to Cara@example.org

Scenario: Switching the feature off cancels the queue and recalls nothing
  Seeds: S2 L13; A-36
  Given Cara is a client
  And Dora is a client
  And Ana: EnableAutoInvite
  And Dora was seen, noted and signed
  And Cara was seen on 2026-03-02
  And a note of the visit of Cara is written
  When Ana: DisableAutoInvite
  And at 2026-04-05T15:00:00Z
  Then Ana asks Invitations {kind: auto} -> [{clientId: $Dora}]
  And Ana asks AutoInviteQueue {} -> lacks {clientId: $Cara, state: scheduled}
  When Ana: EnableAutoInvite
  And at 2026-04-05T15:05:00Z
  Then Ana asks Invitations {kind: auto} -> contains {clientId: $Cara}

Scenario: The address is read from the chart when the invitation is sent
  Seeds: S2 L21-23; A-20
  Given Cara is a client
  And Ana: EnableAutoInvite
  And Cara was seen on 2026-03-02
  And a note of the visit of Cara is written
  And Ana: ChangeClientEmail {clientId: $Cara, new: cara.new@example.org}
  When at 2026-04-01T04:00:00Z
  Then the new mails go to cara.new@example.org

Scenario: Patient and representative are both invited, one address gets one mail
  Seeds: S2 L3; A-33
  Given Cara is a client
  And Dora is a client
  And Ana: RecordAuthorisedRepresentative {clientId: $Cara, name: Rolf Lawman,
    email: rolf@example.org, capacity: guardian}
  And Ana: RecordAuthorisedRepresentative {clientId: $Dora, name: Dora Mirror,
    email: dora@example.org, capacity: guardian}
  And Ana: EnableAutoInvite
  When Cara was seen on 2026-03-02
  And a note of the visit of Cara is written
  And Dora was seen on 2026-03-02
  And a note of the visit of Dora is written
  And at 2026-04-01T04:00:00Z
  Then the new mails go to Cara@example.org, rolf@example.org, Dora@example.org

Scenario: An invited patient proves who they are with telephone and birthday
  Seeds: S2 L25-27; A-34; pinned down 10
  Given Cara is a client
  And Ana: EnableAutoInvite
  And Cara was seen, noted and signed
  And mail to Cara@example.org about autoInvitation: Cara.token = invitationLink
  Then someone: RegisterByLink {token: $Cara.token, details: {givenName: Cara,
    familyName: Laneway}, password: open sesame 1} -> refused identityNotVerified
  And someone: VerifyInvitedIdentity {token: $Cara.token, phone: "555 999 9999",
    dateOfBirth: 02/29/1980} -> refused identityNotVerified + InvitedIdentityNotVerified
  And someone: VerifyInvitedIdentity {token: $Cara.token, phone: "5550100200",
    dateOfBirth: 02/28/1980} -> refused identityNotVerified + InvitedIdentityNotVerified
  And someone: VerifyInvitedIdentity {token: $Cara.token, phone: "5550100200",
    dateOfBirth: 1980-02-29} -> refused dateOfBirthFormat
  And someone: VerifyInvitedIdentity {token: $Cara.token, phone: "5550100200",
    dateOfBirth: 29/02/1980} -> refused dateOfBirthFormat
  And someone: VerifyInvitedIdentity {token: $Cara.token, phone: "555-010-0200",
    dateOfBirth: 02/29/1980} -> InvitedIdentityVerified
  When someone: RegisterByLink {token: $Cara.token, details: {givenName: Cara,
    familyName: Laneway}, password: open sesame 1} (Cara.account = accountId)
    -> ... PatientUserSuccessfullyRegistered, PatientAccessGranted
  Then Cara signs in
  And the state of Cara is Active
  And Ana asks EnrolmentStatus {clientId: $Cara} -> {status: enrolled}
  And Ana asks InvitationStatistics {} -> {invited: 1, registered: 1}
  And someone: RegisterByLink {token: $Cara.token, details: {givenName: Cara,
    familyName: Laneway}, password: open sesame 1} -> refused linkAlreadyUsed

Scenario: The representative proves it with the patient's data and gets an own account
  Seeds: S2 L3, L25-27; A-33
  Given Cara is a client
  And Ana: RecordAuthorisedRepresentative {clientId: $Cara, name: Rolf Lawman,
    email: rolf@example.org, capacity: guardian}
  And Ana: EnableAutoInvite
  And Cara was seen, noted and signed
  And mail to rolf@example.org about autoInvitation: Rolf.token = invitationLink
  And mail to Cara@example.org about autoInvitation: Cara.token = invitationLink
  When someone: VerifyInvitedIdentity {token: $Rolf.token, phone: "5550100200",
    dateOfBirth: 02/29/1980}
  And someone: RegisterByLink {token: $Rolf.token, details: {givenName: Rolf,
    familyName: Lawman}, password: open sesame 1} (Rolf.account = accountId)
  And Cara verifies who they are
  And Cara registers by the link
  Then someone: SignIn {email: rolf@example.org, password: open sesame 1} -> accepted
  And Cara signs in
  And Ana asks MultiProfileAccess {accountId: $Rolf.account} -> [{clientId: $Cara, state: active}]

Scenario: Verified for one link is not verified for another
  Seeds: S2 L25-27; pinned down 10
  Given Cara is a client
  And Dora is a client
  And Ana: EnableAutoInvite
  And Cara was seen, noted and signed
  And Dora was seen, noted and signed
  And mail to Cara@example.org about autoInvitation: Cara.token = invitationLink
  And mail to Dora@example.org about autoInvitation: Dora.token = invitationLink
  When Cara verifies who they are
  Then someone: RegisterByLink {token: $Dora.token, details: {givenName: Dora,
    familyName: Laneway}, password: open sesame 1} -> refused identityNotVerified

Scenario: Somebody invited by hand is not invited automatically as well
  Seeds: S2 L3, L39; T8
  Given Cara is a client
  And Ana: EnableAutoInvite
  And Cara was seen on 2026-03-02
  And a note of the visit of Cara is written
  When Ana sends Cara a portal invitation
  And at 2026-04-02T15:00:00Z
  Then Ana asks Invitations {kind: auto} -> empty

Scenario: Somebody with an account is not invited automatically
  Seeds: S2 L3; T8
  Given Cara is a client
  And there is a letter with everything
  And Cara has an active account
  And Ana: EnableAutoInvite
  When Cara was seen, noted and signed
  And at 2026-04-02T15:00:00Z
  Then Ana asks Invitations {kind: auto} -> empty

Scenario: A visit that was voided invites nobody
  Seeds: S2 L7; domain 3.8
  Given Cara is a client
  And Ana: EnableAutoInvite
  And Cara was seen on 2026-03-02
  And a note of the visit of Cara is written
  When Ana: VoidEncounter {encounterId: $Cara.encounter} -> ... EncounterVoided
  And at 2026-04-02T15:00:00Z
  Then Ana asks Invitations {} -> empty

Scenario: A record that disables is not invited
  Seeds: S2 L3; S1 L57; T8
  Given Cara is a client
  And Ana: EnableAutoInvite
  And Ana: ChangeRecordStatus {clientId: $Cara, status: inactive}
  When Cara was seen, noted and signed
  Then Ana asks AutoInviteQueue {} -> [{clientId: $Cara, state: withheld,
    reasons: [recordStatusDisabled]}]
  When Ana: ChangeRecordStatus {clientId: $Cara, status: active}
  Then mail to Cara@example.org about autoInvitation

Scenario: A login address that is taken withholds the invitation
  Seeds: S2 L23; S3 L2; T8
  Given Cara is a client
  And there is a letter with everything
  And Ana: RegisterClient {patientIdNumber: N-Eve, givenName: Eve, familyName: Laneway,
    dateOfBirth: 1970-06-01, email: cara@EXAMPLE.org, phone: "555 0111 222"} (Eve = clientId)
  And Cara has an active account
  And Ana: EnableAutoInvite
  When Eve was seen on 2026-03-02
  And a note of the visit of Eve is written
  And the visit of Eve is signed
  Then Ana asks AutoInviteQueue {} -> contains {clientId: $Eve, state: withheld,
    reasons: [loginEmailInUse]}

Scenario: Administrators control the other communications as well
  Seeds: S2 L13, L17; S2-11, S2-12
  Given Ben is a member of staff
  When Ana: SetPatientCommunication {setting: emailAppointmentReminders, enabled: true}
    -> PatientCommunicationSettingChanged
  And Ana: SetStaffInvitationRight {staffId: $Ben, mayInvite: false}
    -> StaffInvitationRightChanged
  Then Ana asks PatientCommunicationSettings {} -> {settings: any,
    staffInvitationRights: any}
  And Ben: SetPatientCommunication {setting: emailAppointmentReminders, enabled: false}
    -> refused notPermitted
  And Ben: SetStaffInvitationRight {staffId: $Ben, mayInvite: true} -> refused notPermitted

Scenario: The check box decides which user may invite
  Seeds: S2 L17; S2-13
  Given Cara is a client
  And Ben is a member of staff
  When Ana: SetStaffInvitationRight {staffId: $Ben, mayInvite: false}
  Then Ben: SendPortalInvitation {clientId: $Cara, origin: clientCard}
    -> refused staffMayNotInvite + something
  When Ana: SetStaffInvitationRight {staffId: $Ben, mayInvite: true}
  Then Ben: SendPortalInvitation {clientId: $Cara, origin: clientCard} -> accepted

Scenario: A scheduler that slept a week catches up once
  Seeds: S2 L11; domain 2.5
  Given Cara is a client
  And Dora is a client
  And Ana: EnableAutoInvite
  And Cara was seen on 2026-03-02
  And a note of the visit of Cara is written
  And Dora was seen on 2026-03-04
  And a note of the visit of Dora is written
  When the store is reopened at 2026-04-10T15:00:00Z
  Then mail to Cara@example.org about autoInvitation
  And mail to Dora@example.org about autoInvitation
  And Ana asks Invitations {kind: auto} -> contains [{clientId: $Cara}]
  When the store is reopened at 2026-04-17T15:00:00Z
  And at 2026-04-17T15:01:00Z
  Then no new mail

Scenario: A new time zone moves what is still due
  Seeds: S2 L11; domain 2.5
  Given Cara is a client
  And Ana: EnableAutoInvite
  And Cara was seen on 2026-03-02
  And a note of the visit of Cara is written
  When Ana: ChangeOrganisationTimeZone {timeZone: Pacific/Auckland} -> OrganisationTimeZoneChanged
  # 1 April begins in Auckland at 11:00 UTC on 31 March.
  And at 2026-03-31T10:59:59Z
  Then no new mail
  When at 2026-03-31T11:00:00Z
  Then the new mails go to Cara@example.org
  And Ana: ChangeOrganisationTimeZone {timeZone: Mars/Olympus} -> refused invalidInput timeZone
