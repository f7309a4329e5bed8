# Who could get in and must not, who could be locked out and must not.

Scenario: Wrong passwords at sign-in never lock
  Seeds: S1 L56; A-29
  Given Cara is a client
  And there is a letter with everything
  And Cara has an active account
  When someone: SignIn {email: Cara@example.org, password: wrong 1} -> refused signInRefused
    + SignInRefused
  And someone: SignIn {email: Cara@example.org, password: wrong 2} -> refused signInRefused
    + SignInRefused
  And someone: SignIn {email: Cara@example.org, password: wrong 3} -> refused signInRefused
    + SignInRefused
  And someone: SignIn {email: Cara@example.org, password: wrong 4} -> refused signInRefused
    + SignInRefused
  And someone: SignIn {email: Cara@example.org, password: wrong 5} -> refused signInRefused
    + SignInRefused
  And someone: SignIn {email: Cara@example.org, password: wrong 6} -> refused signInRefused
    + SignInRefused
  Then the state of Cara is Active
  And Cara signs in

Scenario: An unknown address is refused like a wrong password
  Seeds: S4 L68; pinned down 2
  Given Cara is a client
  Then someone: SignIn {email: nobody@example.org, password: open sesame 1}
    -> refused signInRefused + UnknownSignInAttempt
  And someone: SignIn {email: nonsense, password: open sesame 1} -> refused _ + something
  And someone: SignIn {password: open sesame 1} -> refused invalidInput email

Scenario: A disabled account neither registers nor confirms
  Seeds: S1 L57; T3; invariant 11
  Given Cara is a client
  And Dora is a client
  And there is a letter with everything
  And Ana sends credentials to Cara
  And Ana sends credentials to Dora
  And Dora registers
  And Ana: ChangeRecordStatus {clientId: $Cara, status: inactive}
  And Ana: ChangeRecordStatus {clientId: $Dora, status: inactive}
  Then someone: RegisterPatientUser {patientIdNumber: N-Cara, activationCode: $Cara.code,
    dateOfBirth: 1980-02-29, email: Cara@example.org, password: open sesame 1}
    -> refused registrationRefused + RegistrationRefused
  And someone: ConfirmEmail {token: $Dora.confirmation} -> refused accountDisabled
  And Ana: ResendConfirmation {accountId: $Dora.account} -> refused _
  And Ana asks PatientUserState {clientId: $Cara} -> {state: Disabled, failedAttemptsLeft: 5}
  When Ana: ChangeRecordStatus {clientId: $Dora, status: active}
  And Ana: EnablePatientProfileAccount {accountId: $Dora.account}
  Then the state of Dora is "Pending email confirmation"
  And Dora confirms
  And Dora signs in

Scenario: An activated code is used up
  Seeds: S1 L45, L48; T3, T4
  Given Cara is a client
  And there is a letter with everything
  And Ana sends credentials to Cara
  And Cara registers
  Then someone: RegisterPatientUser {patientIdNumber: N-Cara, activationCode: $Cara.code,
    dateOfBirth: 1980-02-29, email: other@example.org, password: open sesame 1}
    -> refused registrationRefused + RegistrationRefused
  # What was activated does not expire.
  And at 2026-04-02T15:00:00Z -> ... ConfirmationLinkExpired
  And Ana asks PatientUserState {clientId: $Cara} -> {state: Pending email confirmation,
    activeCredentials: true}

Scenario: A code that was not sent is no key
  Seeds: S1 L47; A-09
  Given Cara is a client
  And there is a letter with everything
  And Ana: CreatePatientPortalCredentials {clientId: $Cara, expiryDate: 2026-03-31,
    distribution: later}
  Then someone: RegisterPatientUser {patientIdNumber: N-Cara, activationCode: AAAA-AAAA-AAAA,
    dateOfBirth: 1980-02-29, email: Cara@example.org, password: open sesame 1}
    -> refused registrationRefused + something

Scenario: Somebody who rejected cannot sign in to what was taken away
  Seeds: S0 L28; T5
  Given Cara is a client
  And there is a letter with everything
  And profiles may be made before acceptance
  And Ana invites Cara with the box ticked
  And Cara has an active account
  And Cara signs in
  When Cara rejects
  Then Cara cannot sign in
  And Cara asks ProfileState {profileId: $Cara.profile} -> refused _
  When Ana invites Cara again
  Then Cara signs in

Scenario: Letters and documents of others stay theirs
  Seeds: S1 L28; invariant 17
  Given Cara is a client
  And Dora is a client
  And there is a letter with everything
  And Ana: SetLetterTemplateVisibility {templateId: $Letter, visible: true}
  And Cara has an active account
  And Dora has an active account
  And Cara signs in
  Then Cara asks PatientLetters {accountId: $Cara.account} -> [{letterId: any}]
  And Cara asks PatientLetters {accountId: $Dora.account} -> refused _
  And Cara asks PatientDocuments {accountId: $Dora.account} -> refused _
  And someone asks PatientLetters {accountId: $Cara.account} -> refused notPermitted

Scenario: A role without messages writes none
  Seeds: S3 L10; S4 L25; S3-17
  Given the family portal is ready for Cara
  And there is a letter with everything
  And Ana: DefinePortalRole {name: reader, permissions: [letters]} (reader = roleId)
  And Paul is a contact of Cara
  And Paul gets access to Cara as reader
  And Paul signs in for the first time
  And Rita is a contact of Cara
  And Rita gets access to Cara as family
  And Rita signs in for the first time
  And Cara has an active account
  And Ana: SendPatientMessage {clientId: $Cara, body: "How are you all?"} (T = threadId)
  Then Paul: SendPatientMessage {clientId: $Cara, threadId: $T, body: "I may not write"}
    -> refused _ + something
  And Paul asks MessageThreads {clientId: $Cara} -> refused _
  And Rita: SendPatientMessage {clientId: $Cara, threadId: $T, body: "I may write this"} -> accepted

Scenario: A collaborator comes and goes as the owner wishes
  Seeds: S0 L10, L26; S0-14
  Given Cara is a client
  And there is a role family
  And Ana invites Cara without the box ticked
  And Cara accepts
  And Paul is a contact of Cara
  Then Ana: GrantCollaboratorAccess {profileId: $Cara.profile, subject: person/$Paul.person,
    roleId: $family} -> refused onlyOwnerControlsAccess
  And Cara: GrantCollaboratorAccess {profileId: $Cara.profile, subject: person/$Paul.person}
    -> refused roleRequired
  And Cara: GrantCollaboratorAccess {profileId: $Cara.profile, subject: person/$Paul.person,
    roleId: $Cara} -> refused unknownRole
  When Cara: GrantCollaboratorAccess {profileId: $Cara.profile, subject: person/$Paul.person,
    roleId: $family} (G = grantId) -> CollaboratorAccessGranted
  Then Cara asks AccessGrants {profileId: $Cara.profile} -> contains {grantId: $G, roleId: $family}
  And Cara: GrantCollaboratorAccess {profileId: $Cara.profile, subject: person/$Paul.person,
    roleId: $family} -> refused alreadyHasAccess
  When Cara: RevokeAccess {profileId: $Cara.profile, subject: person/$Paul.person}
    -> ... FamilyPortalAccessRemoved
  Then Cara asks AccessGrants {profileId: $Cara.profile} -> lacks {grantId: $G, state: active}
  And Cara: RevokeAccess {profileId: $Cara.profile, subject: person/$Paul.person} -> refused _

Scenario: Another client's owner decides nothing here
  Seeds: S0 L26; invariant 8
  Given Cara is a client
  And Dora is a client
  And Ana invites Cara without the box ticked
  And Ana invites Dora without the box ticked
  And Cara accepts
  And Dora accepts
  Then Dora: GrantProfessionalAccess {profileId: $Cara.profile, subject: staff/$Ana}
    -> refused _ + something
  And Dora: RevokeAccess {profileId: $Cara.profile, subject: staff/$Ana} -> refused _ + something
  And Dora asks AccessGrants {profileId: $Cara.profile} -> refused _
  And Dora asks EffectiveAccess {accountId: $Cara.account, profileId: $Cara.profile} -> refused _
  And Dora asks RecordResources {profileId: $Cara.profile} -> refused _
  And Dora asks ProfileState {profileId: $Cara.profile} -> refused _
  And Cara asks EffectiveAccess {accountId: $Cara.account, profileId: $Cara.profile}
    -> {allowed: true}

Scenario: Removed staff work no more
  Seeds: domain 2.6
  Given Cara is a client
  And profiles may be made before acceptance
  And Ana: AddStaffMember {name: Ben Stafford, email: ben@example.org} (Ben = staffId)
  And Ana: GrantStaffPermission {staffId: $Ben, permission: inviteClient}
  And Ana: GrantStaffPermission {staffId: $Ben, permission: workOnProfile}
  And Ben: InviteClient {clientId: $Cara, createProfileBeforeAcceptance: true}
    (Cara.profile = profileId)
  And Ben: AddRecordResource {profileId: $Cara.profile, kind: visit, content: {a: b}}
  When Ana: RemoveStaffMember {staffId: $Ben} (Gone = staffId) -> StaffMemberRemoved
  Then Ben: AddRecordResource {profileId: $Cara.profile, kind: visit, content: {a: b}}
    -> refused notPermitted + something
  And Ben asks RecordResources {profileId: $Cara.profile} -> refused notPermitted
  And Ana: RemoveStaffMember {staffId: $Gone} -> refused notFound

Scenario: Letters belong to credentials that are still good
  Seeds: S1 L45-47; domain 4.1
  Given Cara is a client
  And there is a letter with everything
  And Ana: CreatePatientPortalCredentials {clientId: $Cara, expiryDate: 2026-03-10,
    distribution: later}
  And Ana: GenerateAccessLetter {clientId: $Cara, templateId: $Letter} (L = letterId)
  When at 2026-03-11T15:00:00Z -> PatientCredentialsExpired
  Then Ana: MarkAccessLetterSent {letterId: $L, channel: post} -> refused credentialsExpired
  And Ana: GenerateAccessLetter {clientId: $Cara, templateId: $Letter}
    -> refused credentialsExpired
  And Ana: GenerateAccessLetter {clientId: $Cara, templateId: $Cara} -> refused unknownTemplate
  And Ana: MarkAccessLetterSent {letterId: $Cara, channel: post} -> refused notFound
  And Ana: MarkAccessLetterSent {letterId: $L, channel: pigeon} -> refused invalidInput channel
  And Ana: DistributePatientProfileCredentials {clientId: $Cara, templateIds: [$Letter],
    channel: post} -> refused expiryDateRequired

Scenario: Superseded letters are not sent any more
  Seeds: S1 L47; domain 4.1
  Given Cara is a client
  And there is a letter with everything
  And Ana: CreatePatientPortalCredentials {clientId: $Cara, expiryDate: 2026-03-31,
    distribution: later}
  And Ana: GenerateAccessLetter {clientId: $Cara, templateId: $Letter} (L = letterId)
  And Ana: CreatePatientPortalCredentials {clientId: $Cara, expiryDate: 2026-03-31,
    distribution: later}
  Then Ana: MarkAccessLetterSent {letterId: $L, channel: post} -> refused credentialsSuperseded

Scenario: Split letters distribute when the last of them is sent
  Seeds: S1 L17; A-28
  Given Cara is a client
  And Ana: CreateLetterTemplateBase {name: Base, body: "{{body}}",
    wordFile: {fileName: letter.docx, content: $WordFile}} (Base = baseId)
  And Ana: CreateLetterTemplate {object: patientProfile, baseId: $Base, name: Number,
    body: "Your number", parts: [patientIdNumber, registrationLink]} (Number = templateId)
  And Ana: CreateLetterTemplate {object: patientProfile, baseId: $Base, name: Code,
    body: "Your code", parts: [activationCode]} (Code = templateId)
  And Ana: CreatePatientPortalCredentials {clientId: $Cara, expiryDate: 2026-03-31,
    distribution: later}
  And Ana: GenerateAccessLetter {clientId: $Cara, templateId: $Number} (L1 = letterId)
  And Ana: GenerateAccessLetter {clientId: $Cara, templateId: $Code} (L2 = letterId)
  When Ana: MarkAccessLetterSent {letterId: $L1, channel: post} -> PatientAccessLetterSent
  Then Ana asks PatientUserState {clientId: $Cara} -> {activeCredentials: false}
  When Ana: MarkAccessLetterSent {letterId: $L2, channel: post}
    -> PatientAccessLetterSent, PatientCredentialsDistributed
  Then Ana asks PatientUserState {clientId: $Cara} -> {activeCredentials: true}

Scenario: A contact with access elsewhere still gets the option here
  Seeds: S3 L21; A-11
  Given the family portal is ready for Cara
  And Dora is a client
  And Dora has a profile of the organisation
  And Paul is a contact of Cara
  And Paul gets access to Cara as family
  And Ana: AddContact {clientId: $Dora, name: Paul Kinsman, relationship: brother,
    email: Paul@example.org, personId: $Paul.person} (Paul2 = contactId)
  Then Ana asks AvailableActions {clientId: $Dora}
    -> contains {label: Add Family Portal access, contactId: $Paul2}
  And Ana asks AvailableActions {clientId: $Cara}
    -> lacks {label: Add Family Portal access, contactId: $Paul.contact}
    and contains {label: Resend invite, contactId: $Paul.contact}

Scenario: A representative gets access to the portal
  Seeds: S0 L10; S2 L3; contract AddFamilyPortalAccess
  Given the family portal is ready for Cara
  And Ana: RecordAuthorisedRepresentative {clientId: $Cara, name: Rolf Lawman,
    email: rolf@example.org, capacity: guardian} (Rolf.rep = representativeId)
  When Ana: AddFamilyPortalAccess {profileId: $Cara.profile, holder: representative/$Rolf.rep,
    loginEmail: rolf@example.org, roleId: $family} (Rolf.account = accountId)
    -> ... FamilyPortalAccessAdded, TemporaryPasswordIssued, PortalInvitationSent
  And mail to rolf@example.org about familyPortalAccess: Rolf.temporary = temporaryPassword
  And someone: SignIn {email: rolf@example.org, password: $Rolf.temporary}
  And Rolf: SetPassword {password: open sesame 1}
  Then Rolf may see [profile, messages] of Cara
  And operator asks MultiProfileAccess {personId: $Rolf.rep} -> [{clientId: $Cara}]

Scenario: Every organisation has the role patient from the beginning
  Seeds: S3 L10; pinned down 7
  Given the family portal is ready for Cara
  Then Ana asks AddAccessForm {profileId: $Cara.profile, holder: client/$Cara}
    -> {roles: [{name: patient}, {name: family}, {name: physician}]}

Scenario: Taking the right to invite stops re-sending too
  Seeds: S2 L17; S2-13
  Given Cara is a client
  And Ben is a member of staff
  And Ana sends Cara a portal invitation
  When Ana: SetStaffInvitationRight {staffId: $Ben, mayInvite: false}
  Then Ben: ResendInvitation {invitationId: $Cara.invitation} -> refused _ + something
  And no new mail

Scenario: A revoked portal invitation is dead
  Seeds: T1; invariant 12
  Given Cara is a client
  And Ana sends Cara a portal invitation
  When Ana: RevokeInvitation {invitationId: $Cara.invitation} -> ... InvitationRevoked
  Then someone: RegisterByLink {token: $Cara.token, details: {givenName: Cara,
    familyName: Laneway}, password: open sesame 1} -> refused invitationRevoked
  And Ana: ResendInvitation {invitationId: $Cara.invitation} -> refused invitationRevoked
  And Ana asks Invitations {} -> [{state: revoked}]

Scenario: There is one pending invitation of a kind to one person
  Seeds: invariant 1
  Given Cara is a client
  And Ana sends Cara a portal invitation
  When Ana: SendPortalInvitation {clientId: $Cara, origin: clientCard} -> refused _
  Then Ana asks Invitations {state: pending} -> [{clientId: $Cara}]

Scenario: Confirmation links of an earlier mail are dead
  Seeds: S1 L49; invariant 11
  Given Cara is a client
  And there is a letter with everything
  And Ana sends credentials to Cara
  And Cara registers
  And $Cara.confirmation is called Old
  When Ana: ResendConfirmation {accountId: $Cara.account}
  Then someone: ConfirmEmail {token: $Old} -> refused _
  When mail to Cara@example.org about emailConfirmation: Cara.confirmation = confirmationLink
  Then Cara confirms

Scenario: The date of birth that is corrected is the one that counts
  Seeds: S1 L48; S2 L27
  Given Cara is a client born 1980-02-28
  And there is a letter with everything
  And Ana sends credentials to Cara
  When Ana: CorrectClientDateOfBirth {clientId: $Cara, new: 1980-02-29}
    -> ClientDateOfBirthCorrected
  Then Cara registers

Scenario: Patient ID numbers are one to a client
  Seeds: S1 L48; A-05
  Given Cara is a client
  Then Ana: RegisterClient {patientIdNumber: N-Cara, givenName: Eve, familyName: Laneway,
    dateOfBirth: 1970-01-01} -> refused _
  And Ana asks ClientList -> [{clientId: $Cara}]

Scenario: What ends or changes something says which
  Seeds: the contract's table of commands
  Given Cara is a client
  And Ana: RecordAuthorisedRepresentative {clientId: $Cara, name: Rita Lane, capacity: guardian}
    (Rita = representativeId)
  And Ana: DefinePortalRole {name: reader, permissions: [letters]} (reader = roleId)
  When Ana: RemoveAuthorisedRepresentative {representativeId: $Rita} (Was = representativeId)
  And Ana: ChangePortalRole {roleId: $reader, name: readers} (changed = roleId)
  And Ana: RetirePortalRole {roleId: $changed} (retired = roleId)
  Then Ana: RemoveAuthorisedRepresentative {representativeId: $Was} -> refused notFound
