# What the seeds say in half a sentence.

Scenario: A letter can be visible from its creation
  Seeds: S1 L25; S1-20
  Given Cara is a client
  And Ana: CreateLetterTemplateBase {name: Base, body: "{{body}}",
    wordFile: {fileName: letter.docx, content: $WordFile}} (Base = baseId)
  And Ana: CreateLetterTemplate {object: patientProfile, baseId: $Base, name: Letter,
    body: "Dear {{clientName}}", parts: [patientIdNumber, activationCode, registrationLink],
    visible: true} (Letter = templateId)
  And Cara has an active account
  Then Ana asks LetterTemplates -> [{templateId: $Letter, visible: true}]
  And Cara asks PatientLetters {accountId: $Cara.account} -> [{letterId: any}]

Scenario: Credentials that were never sent expire as well
  Seeds: S1 L45; S1-30, A-06
  Given Cara is a client
  And there is a letter with everything
  And Ana: CreatePatientPortalCredentials {clientId: $Cara, expiryDate: 2026-03-05,
    distribution: later}
  When at 2026-03-06T05:00:00Z -> PatientCredentialsExpired
  Then Ana asks UndistributedCredentials {} -> empty
  And Ana asks CredentialsDueToExpire {days: 30} -> empty
  And Ana: DistributePatientProfileCredentials {clientId: $Cara, templateIds: [$Letter],
    channel: post} -> refused expiryDateRequired
  And Ana distributes credentials to Cara until 2026-03-31
  And Cara registers

Scenario: A code created for later is the code that is printed weeks later
  Seeds: S1 L47; S1-32; invariant 13
  Given Cara is a client
  And there is a letter with everything
  And Ana: CreatePatientPortalCredentials {clientId: $Cara, expiryDate: 2026-04-30,
    distribution: later} (K = credentialId)
  And the store is reopened at 2026-04-20T15:00:00Z
  When Ana: GenerateAccessLetter {clientId: $Cara, templateId: $Letter} (L = letterId)
  And letter to $Cara: Cara.code = activationCode
  And Ana: GenerateAccessLetter {clientId: $Cara, templateId: $Letter} (L2 = letterId)
  And letter to $Cara: Again = activationCode
  And Ana: MarkAccessLetterSent {letterId: $L, channel: post} -> accepted
  Then someone: RegisterPatientUser {patientIdNumber: N-Cara, activationCode: $Again,
    dateOfBirth: 1980-02-29, email: Cara@example.org, password: open sesame 1} -> accepted

Scenario: Templates of credentials must exist
  Seeds: S1 L46; domain 4.1
  Given Cara is a client
  And there is a letter with everything
  Then Ana: CreatePatientPortalCredentials {clientId: $Cara, expiryDate: 2026-03-31,
    distribution: now, templateIds: [$Cara]} -> refused unknownTemplate
  And Ana: CreatePatientPortalCredentials {clientId: $Cara, expiryDate: 2026-03-31,
    distribution: now, templateIds: Letter} -> refused invalidInput templateIds
  And the state of Cara is null

Scenario: When the details of a type are withdrawn, those of all types show again
  Seeds: S1 L79-81; T9
  Given Ana: EnterSupportInformation {email: all@example.com, phone: 555-0100}
  And Ana: EnterSupportInformation {organisationType: clinic, email: clinic@example.com,
    phone: 555-0101}
  And at 2026-03-02T17:00:00Z
  When Ana: WithdrawSupportInformation {organisationType: clinic} -> SupportInformationWithdrawn
  Then operator asks SupportInformation {organisationType: clinic} -> {email: clinic@example.com}
  When at 2026-03-02T18:00:00Z
  Then operator asks SupportInformation {organisationType: clinic} -> {email: all@example.com}
  And operator asks SupportInformation {organisationType: clinic, asOf: 2026-03-02T17:30:00Z}
    -> {email: clinic@example.com}

Scenario: Where the patient has no address, the representative alone is invited
  Seeds: S2 L3; A-33
  Given Ana: RegisterClient {patientIdNumber: N-Eve, givenName: Eve, familyName: Laneway,
    dateOfBirth: 1970-06-01, phone: "555 0199 111"} (Eve = clientId)
  And Ana: RecordAuthorisedRepresentative {clientId: $Eve, name: Rolf Lawman,
    email: rolf@example.org, capacity: guardian}
  And Ana: EnableAutoInvite
  When Eve was seen, noted and signed
  And at 2026-03-02T15:05:00Z
  Then mail to rolf@example.org about autoInvitation: T = invitationLink
  And someone: VerifyInvitedIdentity {token: $T, phone: "5550199111", dateOfBirth: 06/01/1970}
    -> InvitedIdentityVerified

Scenario: The telephone in the chart at the moment is the one that counts
  Seeds: S2 L21-27
  Given Cara is a client
  And Ana: EnableAutoInvite
  And Cara was seen, noted and signed
  And mail to Cara@example.org about autoInvitation: Cara.token = invitationLink
  When Ana: ChangeClientPhone {clientId: $Cara, new: "555 777 1234"} -> ... ClientPhoneChanged
  Then someone: VerifyInvitedIdentity {token: $Cara.token, phone: "(555) 010-0200",
    dateOfBirth: 02/29/1980} -> refused identityNotVerified + InvitedIdentityNotVerified
  And someone: VerifyInvitedIdentity {token: $Cara.token, phone: "555-777-1234",
    dateOfBirth: 02/29/1980} -> InvitedIdentityVerified

Scenario: The birthday is typed month first, in full
  Seeds: S2 L27; S2-18, A-34
  Given Cara is a client born 1980-02-09
  And Ana: EnableAutoInvite
  And Cara was seen, noted and signed
  And mail to Cara@example.org about autoInvitation: Cara.token = invitationLink
  Then someone: VerifyInvitedIdentity {token: $Cara.token, phone: "5550100200",
    dateOfBirth: 2/9/1980} -> refused dateOfBirthFormat
  And someone: VerifyInvitedIdentity {token: $Cara.token, phone: "5550100200",
    dateOfBirth: 13/02/1980} -> refused dateOfBirthFormat
  And someone: VerifyInvitedIdentity {token: $Cara.token, phone: "5550100200",
    dateOfBirth: 02-09-1980} -> refused dateOfBirthFormat
  # Never guess: the ninth of February is not the second of September.
  And someone: VerifyInvitedIdentity {token: $Cara.token, phone: "5550100200",
    dateOfBirth: 09/02/1980} -> refused identityNotVerified + InvitedIdentityNotVerified
  And someone: VerifyInvitedIdentity {token: $Cara.token, phone: "5550100200",
    dateOfBirth: 02/09/1980} -> InvitedIdentityVerified

Scenario: An automatic invitation that expired cannot be verified
  Seeds: S2 L25; S4 L33; domain 4.1
  Given Cara is a client
  And Ana: EnableAutoInvite
  And Cara was seen, noted and signed
  And mail to Cara@example.org about autoInvitation: Cara.token = invitationLink
  When at 2026-03-20T15:00:00Z
  Then someone: VerifyInvitedIdentity {token: $Cara.token, phone: "5550100200",
    dateOfBirth: 02/29/1980} -> refused invitationExpired
  And Ana asks EnrolmentStatus {clientId: $Cara} -> {status: expired}
  When Ana asks Invitations {kind: auto} -> [{state: expired}]
  Then no new mail

Scenario: The last sign-in is the last one
  Seeds: S3 L26; S3-36
  Given the family portal is ready for Cara
  And Paul is a contact of Cara
  And Paul gets access to Cara as family
  Then Ana asks ContactList {clientId: $Cara} -> [{lastFamilyPortalSignIn: null}]
  When Paul signs in for the first time
  And at 2026-03-05T09:30:00Z
  And Paul signs in
  Then Ana asks ContactList {clientId: $Cara}
    -> [{lastFamilyPortalSignIn: 2026-03-05T09:30:00Z}]
  And Ana asks ContactList {clientId: $Cara, asOf: 2026-03-04T00:00:00Z}
    -> [{lastFamilyPortalSignIn: 2026-03-02T15:00:00Z}]

Scenario: Intake forms stop with the end date
  Seeds: S4 L45-49, L65
  Given Cara is a client
  And there is a letter with everything
  And Cara has an active account
  And Cara signs in
  And Ana: SendIntakeForm {clientId: $Cara, form: {title: First visit}} (F = formId)
  When Ana: SetClientEndDate {clientId: $Cara, endDate: 2026-03-02}
  Then Ana: SendIntakeForm {clientId: $Cara, form: {title: Second visit}} -> refused _
  And Cara: CompleteIntakeForm {formId: $F, answers: {allergies: "Peanuts and dust"}}
    -> refused _ + something

Scenario: A caregiver who has an account keeps it
  Seeds: S4 L56; S3 L1; domain 5 row 49
  Given Cara is a client
  And Dora is a client
  And there is a letter with everything
  And Dora has an active account
  And Dora signs in
  And Ana: SendCaregiverInvitation {clientId: $Cara, existingClientId: $Dora, confirmed: true}
  And mail to Dora@example.org: T = invitationLink
  Then someone: RegisterByLink {token: $T, details: {givenName: Dora, familyName: Laneway},
    password: stolen sesame 9} -> refused _ + something
  When someone: RegisterByLink {token: $T, details: {givenName: Dora, familyName: Laneway},
    password: open sesame 1} -> {ids: {accountId: $Dora.account}}
  Then Dora signs in
  And operator asks MultiProfileAccess {accountId: $Dora.account} -> contains {clientId: $Cara,
    state: active}
  And someone: SignIn {email: Dora@example.org, password: stolen sesame 9}
    -> refused signInRefused + SignInRefused

Scenario: An invitation can go out with another template each time
  Seeds: S4 L14, L40; S4-05, S4-13
  Given Cara is a client
  And Ana: SaveEmailTemplate {purpose: portalInvitation, name: Warm, subject: Welcome,
    body: "Come to {{invitationLink}}"} (Warm = templateId)
  And Ana sends Cara a portal invitation
  When Ana: ResendInvitation {invitationId: $Cara.invitation, templateId: $Warm} -> accepted
  Then the new mails go to Cara@example.org
  And Ana: ResendInvitation {invitationId: $Cara.invitation, templateId: $Cara}
    -> refused unknownTemplate
  And Ana: ResendInvitation {invitationId: $Cara} -> refused notFound

Scenario: Opening a record is told to its owner
  Seeds: I13; domain 5 row 51
  Given Cara is a client
  And profiles may be made before acceptance
  And Ana invites Cara with the box ticked
  And Cara accepts
  When Ana: OpenRecord {profileId: $Cara.profile, purpose: care plan} -> RecordOpened
  Then Cara asks RecordOpenings {profileId: $Cara.profile} -> contains {purpose: care plan}
  When Cara: RevokeAccess {profileId: $Cara.profile, subject: staff/$Ana}
  Then Ana: OpenRecord {profileId: $Cara.profile} -> refused accessNotGranted

Scenario: A second factor that was not confirmed asks nobody
  Seeds: domain 5 row 47
  Given Cara is a client
  And there is a letter with everything
  And Cara has an active account
  And Cara signs in
  When Cara: SetUpSecondFactor -> accepted
  Then Cara: ConfirmSecondFactor {code: "000"} -> refused _ + something
  And Cara signs in

Scenario: The name of a retired role is free again
  Seeds: S3 L10
  Given the family portal is ready for Cara
  When Ana: RetirePortalRole {roleId: $physician} -> PortalRoleRetired
  Then Ana: DefinePortalRole {name: physician, permissions: [letters]} -> accepted
  And Ana: DefinePortalRole {name: odd, permissions: [flying]} -> refused invalidInput permissions
  And Ana: DefinePortalRole {name: "", permissions: [letters]} -> refused _

Scenario: Bulk messages skip whoever has no account
  Seeds: S4 L25, L62
  Given Cara is a client
  And Dora is a client
  And there is a letter with everything
  And Cara has an active account
  When Ana: SendBulkMessage {clientIds: [$Cara, $Dora], channels: [portal],
    body: "We are closed on Friday"} (B = bulkId) -> accepted
  Then Ana asks MessageThreads {clientId: $Dora} -> empty
  And Ana asks MessageThreads {clientId: $Cara} -> [{messages: [{body: any}]}]
  And Ana: SendBulkMessage {clientIds: [$Ana], channels: [portal], body: "We are closed"}
    -> refused notFound
