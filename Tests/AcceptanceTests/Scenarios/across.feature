Scenario: Another organisation sees and touches nothing
  Seeds: A-32; invariant 17
  Given Cara is a client
  And profiles may be made before acceptance
  And Ana invites Cara with the box ticked
  And there is a letter with everything
  And operator: RegisterOrganisation {name: Hillside, timeZone: Europe/London}
    (Hillside = organisationId, Otto = staffId)
  And Otto in $Hillside: RegisterClient {patientIdNumber: N-Cara, givenName: Carl,
    familyName: Hillman, dateOfBirth: 1980-02-29, email: Cara@example.org} (Carl = clientId)
  Then Otto in $Hillside asks ClientList -> [{clientId: $Carl}]
  And Ana asks ClientList -> [{clientId: $Cara}]
  And Otto in $Hillside asks ClientCard {clientId: $Cara} -> refused notFound
  And Otto in $Hillside asks PatientUserState {clientId: $Cara} -> refused notFound
  And Otto in $Hillside asks ActivityLog {clientId: $Cara} -> refused notFound
  And Otto in $Hillside asks ProfileState {profileId: $Cara.profile} -> refused notFound
  And Otto in $Hillside asks Letters {clientId: $Cara} -> refused notFound
  And Otto in $Hillside asks LetterTemplates -> empty
  And Otto in $Hillside asks Invitations -> empty
  And Otto in $Hillside: InviteClient {clientId: $Cara, createProfileBeforeAcceptance: false}
    -> refused notFound
  And Otto in $Hillside: RevokeInvitation {invitationId: $Cara.invitation} -> refused notFound
  And Otto in $Hillside: AddRecordResource {profileId: $Cara.profile, kind: visit,
    content: {a: b}} -> refused notFound
  And Otto in $Hillside: ChangeRecordStatus {clientId: $Cara, status: deceased}
    -> refused notFound
  And Otto in $Hillside: SetLetterTemplateVisibility {templateId: $Letter, visible: true}
    -> refused notFound
  And Otto in $Hillside: CreateLetterTemplate {object: patientProfile, baseId: $Base, name: L,
    body: Hello, parts: [patientIdNumber]} -> refused unknownTemplateBase
  And Otto in $Hillside: ChangeLetterTemplateBase {baseId: $Base, name: B} -> refused notFound
  And Otto in $Hillside: ChangeLetterTemplate {templateId: $Letter, name: L} -> refused notFound
  And Otto in $Riverside: ChangeRecordStatus {clientId: $Cara, status: deceased}
    -> refused notPermitted + something
  And Otto in $Riverside asks ClientList -> refused notPermitted
  And Ana in $Hillside asks ClientList -> refused notPermitted

Scenario: One address can be a login in each organisation
  Seeds: S3 L2; A-32
  Given Cara is a client
  And there is a letter with everything
  And Cara has an active account
  And operator: RegisterOrganisation {name: Hillside, timeZone: Europe/London}
    (Hillside = organisationId, Otto = staffId)
  And Otto in $Hillside: RegisterClient {patientIdNumber: N-Cara, givenName: Cara,
    familyName: Laneway, dateOfBirth: 1980-02-29, email: Cara@example.org} (Cara2 = clientId)
  And Otto in $Hillside: InviteClient {clientId: $Cara2, createProfileBeforeAcceptance: false}
  And mail to Cara@example.org about clientInvitation: T = invitationLink
  When someone in $Hillside: AcceptInvitation {token: $T, capacity: self,
    password: other sesame 2} (Cara2.account = accountId)
  Then someone in $Hillside: SignIn {email: Cara@example.org, password: other sesame 2} -> accepted
  And someone in $Hillside: SignIn {email: Cara@example.org, password: open sesame 1}
    -> refused signInRefused + SignInRefused
  And Cara signs in

Scenario: A key gives the first answer again, also after a restart
  Seeds: pinned down 4
  Given Cara is a client
  When Ana key k1: InviteClient {clientId: $Cara, createProfileBeforeAcceptance: false}
    (I = invitationId)
  And the store is reopened
  Then Ana key k1: InviteClient {clientId: $Cara, createProfileBeforeAcceptance: false}
    -> {ok: true, ids: {invitationId: $I}}
  And no new mail
  And Ana key k1: InviteClient {clientId: $Cara, createProfileBeforeAcceptance: false,
    recipientEmail: x@example.org} -> refused idempotencyKeyReused
  And Ana asks Invitations -> [{invitationId: $I}]
  And operator key k1: RegisterClient {givenName: Eve, familyName: Laneway,
    dateOfBirth: 1970-01-01} -> accepted

Scenario: What cannot be read is refused and leaves no trace
  Seeds: contract, first paragraph; pinned down 1
  Given Cara is a client
  Then Ana: FlyToTheMoon {clientId: $Cara} -> refused unknownCommand
  And Ana asks FlyToTheMoon {clientId: $Cara} -> refused unknownQuery
  And Ana: InviteClient {clientId: $Cara} -> refused invalidInput createProfileBeforeAcceptance
  And Ana: InviteClient {clientId: nonsense, createProfileBeforeAcceptance: true}
    -> refused invalidInput clientId
  And Ana: InviteClient {clientId: $Cara, createProfileBeforeAcceptance: yes}
    -> refused invalidInput createProfileBeforeAcceptance
  And Ana: InviteClient {clientId: $Cara, createProfileBeforeAcceptance: true, colour: red}
    -> refused invalidInput colour
  And Ana: InviteClient {clientId: $Ana, createProfileBeforeAcceptance: false}
    -> refused notFound
  And Ana: RegisterClient {givenName: Eve, familyName: Laneway} -> refused invalidInput dateOfBirth
  And Ana: RegisterClient {givenName: "", familyName: Laneway, dateOfBirth: 1970-01-01}
    -> refused invalidInput givenName
  And Ana: RegisterClient {givenName: Eve, familyName: Laneway, dateOfBirth: 2027-01-01}
    -> refused invalidInput dateOfBirth
  And Ana: RegisterClient {givenName: Eve, familyName: Laneway, dateOfBirth: 1970-01-01,
    email: nonsense} -> refused invalidInput email
  And Ana asks ClientCard {clientId: 7} -> refused invalidInput
  And Ana asks ClientCard {} -> refused invalidInput
  And Ana asks ClientList {colour: red} -> refused invalidInput
  And operator: RegisterOrganisation {name: Hillside, timeZone: Mars/Olympus}
    -> refused invalidInput timeZone

Scenario: A null field is a field left out
  Seeds: contract, first paragraph
  Given Ana: RegisterClient {patientIdNumber: null, givenName: Eve, familyName: Laneway,
    dateOfBirth: 1970-01-01, email: null, phone: null} (Eve = clientId)
  Then Ana asks ClientCard {clientId: $Eve} -> {email: null, phone: null}

Scenario: Who may do what, by permission
  Seeds: domain 2.6; pinned down 13
  Given Cara is a client
  And Ben is a member of staff
  Then Ben: RegisterClient {givenName: Eve, familyName: Laneway, dateOfBirth: 1970-01-01}
    -> refused notPermitted
  And Ben: ChangeClientEmail {clientId: $Cara, new: x@example.org} -> refused notPermitted
  And Ben: AddStaffMember {name: Eve, email: e@example.org} -> refused notPermitted
  And Ben: GrantStaffPermission {staffId: $Ben, permission: workOnProfile} -> refused notPermitted
  And Ben: ChangeOrganisationTimeZone {timeZone: Europe/London} -> refused notPermitted
  And Ben: CreateMedicalProfile {clientId: $Cara} -> refused notPermitted
  And Ben: ChangeRecordStatus {clientId: $Cara, status: deceased} -> refused notPermitted
  And Ben: RecordEncounter {clientId: $Cara, visitDate: 2026-03-02} -> refused notPermitted
  And Ben: TurnOnProfileBeforeAcceptance -> refused notPermitted
  And Ben: RegisterOrganisation {name: Bens, timeZone: Europe/London}
    -> refused notPermitted + something
  And Ana: RegisterOrganisation {name: Anas, timeZone: Europe/London}
    -> refused notPermitted + something
  And Ben asks AuditTrail {} -> refused notPermitted
  And Ben asks ClientCard {clientId: $Cara} -> {clientId: $Cara}
  And Ben asks PatientUserState {clientId: $Cara} -> {clientId: $Cara}
  And someone asks ClientList -> refused notPermitted
  And someone asks ClientCard {clientId: $Cara} -> refused notPermitted
  When Ana: GrantStaffPermission {staffId: $Ben, permission: editDemographics}
    -> StaffPermissionGranted
  Then Ben: ChangeClientEmail {clientId: $Cara, new: x@example.org} -> accepted
  And Ana: GrantStaffPermission {staffId: $Ben, permission: fly} -> refused invalidInput permission
  And Ana: GrantStaffPermission {staffId: $Cara, permission: workOnProfile} -> refused notFound
  When Ana: RemoveStaffMember {staffId: $Ben} -> StaffMemberRemoved
  Then Ben: ChangeClientEmail {clientId: $Cara, new: y@example.org} -> refused notPermitted
  And Ben asks ClientCard {clientId: $Cara} -> refused notPermitted
  And Ben asks ClientList -> refused notPermitted

Scenario: A portal user does and sees nothing of the staff's
  Seeds: domain 2.6; invariant 17
  Given Cara is a client
  And Dora is a client
  And there is a letter with everything
  And Cara has an active account
  And Cara signs in
  Then Cara asks ClientList -> refused notPermitted
  And Cara asks ClientCard {clientId: $Dora} -> refused notPermitted
  And Cara asks ActivityLog {clientId: $Cara} -> refused notPermitted
  And Cara asks AuditTrail {} -> refused notPermitted
  And Cara asks AvailableActions {clientId: $Cara} -> refused notPermitted
  And Cara: InviteClient {clientId: $Dora, createProfileBeforeAcceptance: false}
    -> refused notPermitted
  And Cara: ChangeClientEmail {clientId: $Cara, new: x@example.org} -> refused notPermitted
  And Cara: EnablePatientProfileAccount {accountId: $Cara.account} -> refused notPermitted

Scenario: Reading the trail is itself written down
  Seeds: pinned down 3
  Given Cara is a client
  When Ana asks AuditTrail {clientId: $Cara} -> contains {type: ClientRegistered.v1}
  Then operator asks AuditTrail {type: AuditTrailRead.v1} -> [{actor: staff/$Ana}]
  When Ana asks ActivityLog {clientId: $Cara}
  And Ana asks ClientCard {clientId: $Cara}
  Then operator asks AuditTrail {type: AuditTrailRead.v1} -> [{actor: staff/$Ana}]

Scenario: The store keeps everything through restarts
  Seeds: S1 L34-41; task: state from the log
  Given Cara is a client
  And there is a letter with everything
  And Ana sends credentials to Cara
  And the store is reopened
  And Cara registers
  And the store is reopened
  And Cara confirms
  When the store is reopened
  Then Cara signs in
  And the state of Cara is Active
  When the store is reopened at 2026-03-09T15:00:00Z
  Then the state of Cara is Active

Scenario: The clock does not go back
  Seeds: pinned down 1
  Given Cara is a client
  And at 2026-03-05T15:00:00Z
  When the store is reopened
  Then Ana asks ClientCard {clientId: $Cara, asOf: 2026-03-02T15:00:00Z} -> {clientId: $Cara}

Scenario: Signing out ends the session
  Seeds: S4 L68; pinned down 6
  Given Cara is a client
  And there is a letter with everything
  And Cara has an active account
  And Cara signs in
  And Cara asks PatientLetters {accountId: $Cara.account} -> empty
  When Cara: SignOut -> SignedOut
  Then Cara asks MultiProfileAccess {accountId: $Cara.account} -> refused sessionEnded
  And operator asks AuditTrail {clientId: $Cara, type: SignedOut.v1} -> [{type: SignedOut.v1}]
  When Cara signs in
  Then Cara asks PatientLetters {accountId: $Cara.account} -> empty

Scenario: Invited by S0, letters by S1, a contact by S3, an end date by S4
  Seeds: S0 L26; S1 L62; S3 L1; S4 L45
  Given there is a letter with everything
  And there is a mail template for the family portal
  And there is a role family
  And Cara is a client
  And Ana invites Cara without the box ticked
  And Cara accepts
  And Cara signs in
  Then the state of Cara is Active
  And Ana: CreatePatientPortalCredentials {clientId: $Cara, expiryDate: 2026-03-31,
    distribution: later} -> refused accountActive
  When Ana: DisablePatientProfileAccount {accountId: $Cara.account}
  Then Cara cannot sign in
  And Cara: GrantProfessionalAccess {profileId: $Cara.profile, subject: staff/$Ana}
    -> refused _ + something
  When Ana: EnablePatientProfileAccount {accountId: $Cara.account}
  And Cara signs in
  And Paul is a contact of Cara
  Then Cara: GrantCollaboratorAccess {profileId: $Cara.profile, subject: person/$Paul.person,
    roleId: $family} -> ... CollaboratorAccessGranted
  When Ana: SetClientEndDate {clientId: $Cara, endDate: 2026-03-02}
  Then Cara cannot sign in
  And the state of Cara is Disabled
  When Ana: RemoveClientEndDate {clientId: $Cara}
  Then Cara signs in
  And Cara asks ProfileState {profileId: $Cara.profile} -> {ownership: owned}

Scenario: A card that is deleted with the profile stays a card
  Seeds: S0 L32; domain 3.4
  Given Cara is a client
  And profiles may be made before acceptance
  And there is a letter with everything
  And Ana invites Cara with the box ticked
  And Ana sends credentials to Cara
  When Ana: RevokeInvitation {invitationId: $Cara.invitation}
  Then Ana asks ClientCard {clientId: $Cara} -> {name: "Cara Laneway", email: Cara@example.org}
  And the state of Cara is "Pending registration"
  And Cara registers
  And Cara confirms
  And Cara signs in

Scenario: Summer time makes one day an hour shorter, and a day is a day
  Seeds: S1 L45; domain 2.5
  Given Cara is a client
  And there is a letter with everything
  And Ana: CreatePatientPortalCredentials {clientId: $Cara, expiryDate: 2026-03-08,
    distribution: now} (Cara.account = accountId)
  And letter to $Cara: Cara.code = activationCode
  # 8 March has 23 hours in New York.
  When at 2026-03-09T03:59:59Z -> nothing
  Then at 2026-03-09T04:00:00Z -> PatientCredentialsExpired

Scenario: A zone west of Greenwich and one far east of it
  Seeds: S1 L45; domain 2.5
  Given Cara is a client
  And there is a letter with everything
  And Ana: CreatePatientPortalCredentials {clientId: $Cara, expiryDate: 2026-03-31,
    distribution: now}
  When Ana: ChangeOrganisationTimeZone {timeZone: Pacific/Auckland}
  # 1 April begins in Auckland at 11:00 UTC on 31 March: summer time there.
  And at 2026-03-31T10:59:59Z -> nothing
  Then at 2026-03-31T11:00:00Z -> PatientCredentialsExpired

Scenario: Patients who register by letter and by link in one week
  Seeds: S1 L48; S4 L59
  Given Cara is a client
  And Dora is a client
  And there is a letter with everything
  And Ana sends credentials to Cara
  And Ana sends Dora a portal invitation
  And at 2026-03-05T15:00:00Z
  When Dora registers by the link
  And Cara registers
  And Cara confirms
  Then Ana asks ClientList -> contains {clientId: $Cara, userState: Active}
    and contains {clientId: $Dora, userState: Active}

Scenario: A portal invitation after letters that nobody used
  Seeds: S1 L47; S4 L7; T4 end
  Given Cara is a client
  And there is a letter with everything
  And Ana sends credentials to Cara
  When Ana sends Cara a portal invitation
  And Cara registers by the link
  Then the state of Cara is Active
  And Cara signs in
  And Cara tries to register with the code $Cara.code and the birthday 1980-02-29

Scenario: Two records of one person are merged
  Seeds: domain 5 row 50; I10
  Given Cara is a client
  And Ana: RegisterClient {patientIdNumber: N-Cara2, givenName: Cara, familyName: Laneway,
    dateOfBirth: 1980-02-29, email: cara.two@example.org} (Cara2 = clientId)
  And there is a letter with everything
  And Cara has an active account
  Then Ana: MergeClientRecords {survivor: $Cara, merged: $Cara} -> refused _
  When Ana: MergeClientRecords {survivor: $Cara, merged: $Cara2} -> ... ClientRecordsMerged
  Then Ana asks ClientCard {clientId: $Cara2} -> {recordStatus: merged}
  And Cara signs in
  And the state of Cara is Active

Scenario: A forgotten password is reset by a link that works once
  Seeds: domain 5 row 46; invariant 11
  Given Cara is a client
  And there is a letter with everything
  And Cara has an active account
  When someone: RequestPasswordReset {email: Cara@example.org}
  Then mail to Cara@example.org about passwordReset: R = resetLink
  And someone: SetPassword {password: short, token: $R} -> refused weakPassword
  And someone: SetPassword {password: new sesame 22, token: $R} -> accepted
  And someone: SetPassword {password: new sesame 33, token: $R} -> refused _
  And Cara cannot sign in
  And someone: SignIn {email: Cara@example.org, password: new sesame 22} -> accepted

Scenario: A password reset tells nobody whether an address is known, and opens no closed door
  Seeds: domain 5 row 46; invariants 11, 12
  Given Cara is a client
  And there is a letter with everything
  And Cara has an active account
  And Ana: DisablePatientProfileAccount {accountId: $Cara.account}
  When someone: RequestPasswordReset {email: Cara@example.org} -> {ok: true}
  Then no new mail
  When someone: RequestPasswordReset {email: nobody@example.org} -> {ok: true}
  Then no new mail
