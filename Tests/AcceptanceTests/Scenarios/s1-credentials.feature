Scenario: The whole way from letter to sign-in, and what the log says of it
  Seeds: S1 L34-41, L48-58, L64-74; scenario 10
  Given Cara is a client
  And there is a letter with everything
  When Ana: CreatePatientPortalCredentials {clientId: $Cara, expiryDate: 2026-03-31,
    distribution: now, templateIds: [$Letter]}
    (Cara.account = accountId, K = credentialId, L = letterIds.0)
    -> PatientAccountOnboarded, PatientCredentialsCreated, PatientAccessLetterGenerated,
    PatientAccessLetterSent, PatientCredentialsDistributed
  Then the state of Cara is "Pending registration"
  And letter to $Cara: Cara.code = activationCode, N = patientIdNumber, Link = registrationLink
  And someone: SignIn {email: Cara@example.org, password: open sesame 1}
    -> refused signInRefused + UnknownSignInAttempt
  When someone: RegisterPatientUser {patientIdNumber: N-Cara, activationCode: $Cara.code,
    dateOfBirth: 1980-02-29, email: Cara@example.org, password: open sesame 1}
    -> ... PatientCredentialsActivated, PatientUserSuccessfullyRegistered, ConfirmationEmailSent
  Then the state of Cara is "Pending email confirmation"
  And Cara cannot sign in
  When mail to Cara@example.org about emailConfirmation: Cara.confirmation = confirmationLink
  And someone: ConfirmEmail {token: $Cara.confirmation}
    -> ... PatientEmailConfirmed, PatientAccessGranted
  Then the state of Cara is Active
  And someone: SignIn {email: Cara@example.org, password: open sesame 1}
    (Cara.account = accountId) -> SignedIn
  And Ana asks ActivityLog {clientId: $Cara} -> contains [{label: "Patient Account Onboarded"},
    {label: "Patient Access Letter Generated"}, {label: "Patient Access Letter Sent"},
    {label: "Patient Credentials Distributed"}, {label: "Patient User Successfully Registered"},
    {label: "Patient Access Granted"}]
  And Ana asks PatientUserState {clientId: $Cara} -> {state: Active, causes: [],
    activeCredentials: true, recordStatus: active, accountId: $Cara.account}
  And Ana asks ClientList -> [{clientId: $Cara, userState: Active,
    lastSignIn: 2026-03-02T15:00:00Z}]

Scenario: Credentials need a letter template first
  Seeds: S1 L2, L4
  Given Cara is a client
  Then Ana: CreatePatientPortalCredentials {clientId: $Cara, expiryDate: 2026-03-31,
    distribution: now} -> refused noInvitationLetterConfigured
  And Ana: DistributePatientProfileCredentials {clientId: $Cara, templateIds: [$Cara],
    channel: post, expiryDate: 2026-03-31} -> refused noInvitationLetterConfigured
  And Ana asks PatientUserState {clientId: $Cara} -> {state: null, accountId: null}
  And no new mail

Scenario: Letter templates are checked
  Seeds: S1 L5-14, L21
  Given Ben is a member of staff
  Then Ana: CreateLetterTemplateBase {name: "", body: "{{body}}",
    wordFile: {fileName: letter.docx, content: $WordFile}} -> refused nameRequired
  And Ana: CreateLetterTemplateBase {name: Base, body: "{{body}}"} -> refused wordFileRequired
  And Ana: CreateLetterTemplateBase {name: Base, body: "{{body}}",
    wordFile: {fileName: letter.docx, content: "aGVsbG8="}} -> refused notAWordFile
  And Ana: CreateLetterTemplateBase {name: Base, body: "{{shoeSize}}",
    wordFile: {fileName: letter.docx, content: $WordFile}} -> refused unknownMergeField
  And Ben: CreateLetterTemplateBase {name: Base, body: "{{body}}",
    wordFile: {fileName: letter.docx, content: $WordFile}} -> refused notPermitted
  When Ana: CreateLetterTemplateBase {name: Base, body: "{{body}}",
    wordFile: {fileName: letter.docx, content: $WordFile}} (B = baseId)
    -> LetterTemplateBaseCreated
  Then Ana: CreateLetterTemplate {object: patientProfile, baseId: $Ben, name: L, body: Hello,
    parts: [patientIdNumber]} -> refused unknownTemplateBase
  And Ana: CreateLetterTemplate {object: patientProfile, baseId: $B, name: "", body: Hello,
    parts: [patientIdNumber]} -> refused nameRequired
  And Ana: CreateLetterTemplate {object: invoice, baseId: $B, name: L, body: Hello,
    parts: [patientIdNumber]} -> refused invalidInput object
  And Ana: CreateLetterTemplate {object: patientProfile, baseId: $B, name: L,
    body: "{{shoeSize}}", parts: [patientIdNumber]} -> refused unknownMergeField
  And Ana: CreateLetterTemplate {object: patientProfile, baseId: $B, name: L, body: Hello,
    parts: [shoeSize]} -> refused invalidInput parts
  And Ana: CreateLetterTemplate {object: patientProfile, baseId: $B, name: L, body: Hello,
    parts: [patientIdNumber]} (T = templateId) -> LetterTemplateCreated
  And Ana asks LetterTemplates -> [{templateId: $T, name: L, parts: [patientIdNumber],
    visible: false}]
  And Ana asks MergeFields -> contains {field: any}

Scenario: One letter has the number, another the code
  Seeds: S1 L17; A-05, A-28
  Given Cara is a client
  And Ana: CreateLetterTemplateBase {name: Base, body: "{{body}}",
    wordFile: {fileName: letter.docx, content: $WordFile}} (Base = baseId)
  And Ana: CreateLetterTemplate {object: patientProfile, baseId: $Base, name: Number,
    body: "Your number", parts: [patientIdNumber, registrationLink]} (Number = templateId)
  And Ana: CreateLetterTemplate {object: patientProfile, baseId: $Base, name: Code,
    body: "Your code", parts: [activationCode]} (Code = templateId)
  Then Ana: CreatePatientPortalCredentials {clientId: $Cara, expiryDate: 2026-03-31,
    distribution: now, templateIds: [$Number]} -> refused letterPartsMissing
  When Ana: CreatePatientPortalCredentials {clientId: $Cara, expiryDate: 2026-03-31,
    distribution: now, templateIds: [$Number, $Code]} (L1 = letterIds.0, L2 = letterIds.1)
    -> PatientAccountOnboarded, PatientCredentialsCreated, PatientAccessLetterGenerated,
    PatientAccessLetterGenerated, PatientAccessLetterSent, PatientAccessLetterSent,
    PatientCredentialsDistributed
  Then Ana asks Letters {clientId: $Cara} -> [
    {letterId: $L1, parts: [patientIdNumber, registrationLink], channel: post, sentAt: any},
    {letterId: $L2, parts: [activationCode]}]
  And letter to $Cara: Cara.code = activationCode
  And Cara registers

Scenario: Distribute later sends nothing and keeps the code
  Seeds: S1 L47; S1-32, A-09
  Given Cara is a client
  And there is a letter with everything
  When Ana: CreatePatientPortalCredentials {clientId: $Cara, expiryDate: 2026-03-31,
    distribution: later} (K = credentialId) -> PatientAccountOnboarded, PatientCredentialsCreated
  Then no new mail
  And Ana asks Letters {clientId: $Cara} -> empty
  And Ana asks UndistributedCredentials {} -> [{clientId: $Cara, credentialId: $K,
    expiryDate: 2026-03-31}]
  And Ana asks PatientUserState {clientId: $Cara} -> {state: Pending registration,
    activeCredentials: false}
  And Ana may "Distribute Patient Profile Credentials" for Cara
  When Ana: DistributePatientProfileCredentials {clientId: $Cara, templateIds: [$Letter],
    channel: handedOver} (K2 = credentialId)
    -> PatientAccessLetterGenerated, PatientAccessLetterSent, PatientCredentialsDistributed
  Then Ana asks UndistributedCredentials {} -> empty
  And Ana asks CredentialsDueToExpire {days: 30} -> [{clientId: $Cara, credentialId: $K}]
  And Ana asks CredentialsDueToExpire {days: 10} -> empty
  And Ana asks PatientUserState {clientId: $Cara} -> {activeCredentials: true}
  And Ana may not "Distribute Patient Profile Credentials" for Cara
  When letter to $Cara: Cara.code = activationCode
  Then Cara registers

Scenario: New credentials overwrite those that were never sent
  Seeds: S1 L47; S1-33, T4
  Given Cara is a client
  And there is a letter with everything
  And Ana: CreatePatientPortalCredentials {clientId: $Cara, expiryDate: 2026-03-31,
    distribution: later} (K = credentialId)
  When Ana: CreatePatientPortalCredentials {clientId: $Cara, expiryDate: 2026-04-30,
    distribution: later} (K2 = credentialId)
    -> PatientCredentialsSuperseded, PatientCredentialsCreated
  Then Ana asks UndistributedCredentials {} -> [{credentialId: $K2, expiryDate: 2026-04-30}]

Scenario: A superseded code is refused, and says outside no more than any other
  Seeds: S1 L47; T4; pinned down 2
  Given Cara is a client
  And there is a letter with everything
  And Ana sends credentials to Cara
  When Ana: CreatePatientPortalCredentials {clientId: $Cara, expiryDate: 2026-03-31,
    distribution: later}
  Then someone: RegisterPatientUser {patientIdNumber: N-Cara, activationCode: $Cara.code,
    dateOfBirth: 1980-02-29, email: Cara@example.org, password: open sesame 1}
    -> refused registrationRefused + something
  And operator asks AuditTrail {clientId: $Cara} -> contains {outcome: refused}
  And the state of Cara is "Pending registration"

Scenario: The expiry date counts to its end in the organisation's zone
  Seeds: S1 L45; A-06, A-24; S1-30
  Given Cara is a client
  And Dora is a client
  And there is a letter with everything
  And Ana sends credentials to Cara
  And Ana sends credentials to Dora
  # The clocks went forward on 8 March: midnight in New York is now 04:00 UTC.
  When at 2026-04-01T03:59:59Z -> nothing
  Then Dora registers
  And at 2026-04-01T04:00:00Z -> PatientCredentialsExpired
  And Cara tries to register with the code $Cara.code and the birthday 1980-02-29
  And Ana asks PatientUserState {clientId: $Cara} -> {state: Pending registration,
    activeCredentials: false}
  And Ana may "Distribute Patient Profile Credentials" for Cara
  And the state of Dora is "Pending email confirmation"
  When Ana distributes credentials to Cara until 2026-04-30
  Then Cara registers

Scenario: An expiry date is needed and must not be past
  Seeds: S1 L43-45
  Given Cara is a client
  And there is a letter with everything
  Then Ana: CreatePatientPortalCredentials {clientId: $Cara, distribution: later}
    -> refused expiryDateRequired
  And Ana: CreatePatientPortalCredentials {clientId: $Cara, expiryDate: 2026-03-01,
    distribution: later} -> refused expiryDateInPast
  And Ana: CreatePatientPortalCredentials {clientId: $Cara, expiryDate: 2026-02-30,
    distribution: later} -> refused invalidInput expiryDate
  And Ana: CreatePatientPortalCredentials {clientId: $Cara, expiryDate: 2026-03-31,
    distribution: someday} -> refused invalidInput distribution
  And Ana: CreatePatientPortalCredentials {clientId: $Cara, expiryDate: 2026-03-31}
    -> refused invalidInput distribution
  And Ana: CreatePatientPortalCredentials {clientId: $Cara, expiryDate: 2026-03-02,
    distribution: later} -> accepted

Scenario: Five wrong tries lock, and new credentials are the cure
  Seeds: S1 L56, L62, L67, L71; scenario 14
  Given Cara is a client
  And there is a letter with everything
  And Ana sends credentials to Cara
  And Ana asks PatientUserState {clientId: $Cara} -> {failedAttemptsLeft: 5}
  When Cara tries to register with the code wrong1 and the birthday 1980-02-29
  And Cara tries to register with the code $Cara.code and the birthday 1980-02-28
  And Cara tries to register with the code wrong3 and the birthday 1980-02-29
  And Cara tries to register with the code wrong4 and the birthday 1980-02-29
  Then Ana asks PatientUserState {clientId: $Cara} -> {state: Pending registration,
    failedAttemptsLeft: 1}
  When someone: RegisterPatientUser {patientIdNumber: N-Cara, activationCode: wrong5,
    dateOfBirth: 1980-02-29, email: Cara@example.org, password: open sesame 1}
    -> refused registrationRefused
    + PatientUserFailedToRegister, PatientCredentialsVoided, PatientAccountLocked
  Then the state of Cara is Locked
  And someone: RegisterPatientUser {patientIdNumber: N-Cara, activationCode: $Cara.code,
    dateOfBirth: 1980-02-29, email: Cara@example.org, password: open sesame 1}
    -> refused registrationRefused + RegistrationRefused
  And Ana may not "Enable Patient Profile Account" for Cara
  And Ana may not "Disable Patient Profile Account" for Cara
  And Ana may "Distribute Patient Profile Credentials" for Cara
  And Ana: DisablePatientProfileAccount {accountId: $Cara.account} -> refused accountNotActive
  And Ana: EnablePatientProfileAccount {accountId: $Cara.account} -> refused accountNotDisabled
  When $Cara.code is called Cara.old
  And Ana: DistributePatientProfileCredentials {clientId: $Cara, templateIds: [$Letter],
    channel: post, expiryDate: 2026-04-30}
    -> ... PatientAccessLetterGenerated, PatientAccessLetterSent, PatientCredentialsDistributed,
    PatientAccountUnlocked
  And letter to $Cara: Cara.code = activationCode
  Then Ana asks PatientUserState {clientId: $Cara} -> {state: Pending registration,
    failedAttemptsLeft: 5}
  When Cara tries to register with the code $Cara.old and the birthday 1980-02-29
  And Cara tries to register with the code wrong6 and the birthday 1980-02-29
  And Cara tries to register with the code wrong7 and the birthday 1980-02-29
  And Cara tries to register with the code wrong8 and the birthday 1980-02-29
  Then the state of Cara is "Pending registration"
  And Cara registers

Scenario: The number of tries is the organisation's choice
  Seeds: S1 L56; A-22
  Given Cara is a client
  And there is a letter with everything
  And Ana: ChangeRegistrationLockoutPolicy {maxFailedRegistrations: 2}
    -> RegistrationLockoutPolicyChanged
  And Ana sends credentials to Cara
  When Cara tries to register with the code wrong1 and the birthday 1980-02-29
  And Cara tries to register with the code wrong2 and the birthday 1980-02-29
  Then the state of Cara is Locked
  And Ana: ChangeRegistrationLockoutPolicy {maxFailedRegistrations: 0}
    -> refused invalidInput maxFailedRegistrations

Scenario: A locked account gets its new credentials in two steps
  Seeds: S1 L62; T3 row Locked
  Given Cara is a client
  And there is a letter with everything
  And Ana: ChangeRegistrationLockoutPolicy {maxFailedRegistrations: 1}
  And Ana sends credentials to Cara
  And Cara tries to register with the code wrong1 and the birthday 1980-02-29
  When Ana: CreatePatientPortalCredentials {clientId: $Cara, expiryDate: 2026-04-30,
    distribution: later} -> PatientCredentialsCreated
  Then the state of Cara is Locked
  When Ana: DistributePatientProfileCredentials {clientId: $Cara, templateIds: [$Letter],
    channel: post} -> PatientAccessLetterGenerated, PatientAccessLetterSent,
    PatientCredentialsDistributed, PatientAccountUnlocked
  Then the state of Cara is "Pending registration"

Scenario: A number that nobody has locks nobody
  Seeds: S1 L56; domain 3.6
  Given Cara is a client
  And there is a letter with everything
  And Ana sends credentials to Cara
  Then someone: RegisterPatientUser {patientIdNumber: N-Nobody, activationCode: $Cara.code,
    dateOfBirth: 1980-02-29, email: Cara@example.org, password: open sesame 1}
    -> refused registrationRefused + UnknownRegistrationAttempt
  And Ana asks PatientUserState {clientId: $Cara} -> {failedAttemptsLeft: 5}

Scenario: Confirming the address is what lets somebody in
  Seeds: S1 L49, L55; T3
  Given Cara is a client
  And there is a letter with everything
  And Ana sends credentials to Cara
  And someone: ConfirmEmail {token: nosuchtoken} -> refused nothingToConfirm
  When Cara registers
  Then Cara cannot sign in
  And Cara asks ProfileState {profileId: $Cara} -> refused notFound
  When Cara confirms
  Then someone: ConfirmEmail {token: $Cara.confirmation} -> refused alreadyConfirmed
  And Cara signs in

Scenario: A confirmation link lives a day and can be sent again
  Seeds: S1 L49; domain 2.5
  Given Cara is a client
  And there is a letter with everything
  And Ana sends credentials to Cara
  And Cara registers
  When at 2026-03-03T15:00:00Z -> ConfirmationLinkExpired
  Then someone: ConfirmEmail {token: $Cara.confirmation} -> refused confirmationExpired
  And the state of Cara is "Pending email confirmation"
  When Ana: ResendConfirmation {accountId: $Cara.account} -> ConfirmationEmailSent
  Then mail to Cara@example.org about emailConfirmation: New = confirmationLink
  And someone: ConfirmEmail {token: $New} -> ... PatientEmailConfirmed, PatientAccessGranted
  And Ana: ResendConfirmation {accountId: $Cara.account} -> refused alreadyConfirmed

Scenario: A mistyped address at registration is cured by new credentials
  Seeds: S1 L49; T3; pinned down 10
  Given Cara is a client
  And Dora is a client
  And there is a letter with everything
  And Ana sends credentials to Cara
  And someone: RegisterPatientUser {patientIdNumber: N-Cara, activationCode: $Cara.code,
    dateOfBirth: 1980-02-29, email: Dora@example.org, password: open sesame 1}
  And mail to Dora@example.org about emailConfirmation: Cara.confirmation = confirmationLink
  When Ana: CreatePatientPortalCredentials {clientId: $Cara, expiryDate: 2026-03-31,
    distribution: now} (K = credentialId)
    -> ... PatientCredentialsSuperseded, PatientCredentialsCreated
  Then the state of Cara is "Pending registration"
  And someone: ConfirmEmail {token: $Cara.confirmation} -> refused nothingToConfirm
  # Dora's address is hers again.
  And Dora has an active account
  And Dora signs in

Scenario: One address is one account
  Seeds: S3 L2; A-10; S1 L48
  Given Cara is a client
  And Dora is a client
  And there is a letter with everything
  And Cara has an active account
  And Ana sends credentials to Dora
  Then someone: RegisterPatientUser {patientIdNumber: N-Dora, activationCode: $Dora.code,
    dateOfBirth: 1980-02-29, email: " CARA@Example.org ", password: open sesame 1}
    -> refused registrationRefused + RegistrationRefused
  And Ana asks PatientUserState {clientId: $Dora} -> {failedAttemptsLeft: 5}
  And someone: RegisterPatientUser {patientIdNumber: N-Dora, activationCode: $Dora.code,
    dateOfBirth: 1980-02-29, email: Dora@example.org, password: short}
    -> refused registrationRefused + RegistrationRefused
  And the state of Dora is "Pending registration"
  And Dora registers

Scenario: Disabling an account shuts it at once, enabling opens it again
  Seeds: S1 L57-61, L68; T3
  Given Cara is a client
  And there is a letter with everything
  And Cara has an active account
  And Cara signs in
  And Ana may "Disable Patient Profile Account" for Cara
  And Ana may not "Enable Patient Profile Account" for Cara
  And Ana may not "Distribute Patient Profile Credentials" for Cara
  When Ana: DisablePatientProfileAccount {accountId: $Cara.account, note: asked by phone}
    -> PatientAccountDisabled, SessionsEnded
  Then the state of Cara is Disabled
  And Cara cannot sign in
  And Ana may not "Disable Patient Profile Account" for Cara
  And Ana may "Enable Patient Profile Account" for Cara
  And Ana: DisablePatientProfileAccount {accountId: $Cara.account} -> refused accountNotActive
  And Ana: DistributePatientProfileCredentials {clientId: $Cara, templateIds: [$Letter],
    channel: post, expiryDate: 2026-03-31} -> refused hasActiveCredentials
  And Ana: CreatePatientPortalCredentials {clientId: $Cara, expiryDate: 2026-03-31,
    distribution: later} -> refused accountDisabled
  And Ana may not "Create Patient Portal Credentials" for Cara
  When Ana: EnablePatientProfileAccount {accountId: $Cara.account} -> PatientAccountEnabled
  Then the state of Cara is Active
  And Cara signs in
  And Ana asks ActivityLog {clientId: $Cara} -> contains {label: "Patient Account Disabled"}
    and lacks {label: "Patient Account Disabled Automatically"}

Scenario: A record status that disables does so by itself, and stays until staff enable
  Seeds: S1 L57-62, L74; A-04, A-08
  Given Cara is a client
  And there is a letter with everything
  And Cara has an active account
  And Cara signs in
  When Ana: ChangeRecordStatus {clientId: $Cara, status: deceased}
    -> ClientRecordStatusChanged, PatientAccountDisabledAutomatically, SessionsEnded
  Then Ana asks PatientUserState {clientId: $Cara} -> {state: Disabled, recordStatus: deceased,
    causes: [recordStatus]}
  And Cara cannot sign in
  And Ana may not "Enable Patient Profile Account" for Cara
  And Ana may not "Distribute Patient Profile Credentials" for Cara
  And Ana: EnablePatientProfileAccount {accountId: $Cara.account} -> refused recordStatusDisabled
  And Ana: DistributePatientProfileCredentials {clientId: $Cara, templateIds: [$Letter],
    channel: post, expiryDate: 2026-03-31} -> refused recordStatusDisabled
  And Ana: CreatePatientPortalCredentials {clientId: $Cara, expiryDate: 2026-03-31,
    distribution: later} -> refused recordStatusDisabled
  When Ana: ChangeRecordStatus {clientId: $Cara, status: active} -> ClientRecordStatusChanged
  Then the state of Cara is Disabled
  And Ana may "Enable Patient Profile Account" for Cara
  When Ana: EnablePatientProfileAccount {accountId: $Cara.account} -> PatientAccountEnabled
  Then Cara signs in

Scenario: A disabled account without credentials is opened by new ones
  Seeds: S1 L61-62; T3 last row
  Given Cara is a client
  And there is a letter with everything
  And Ana sends credentials to Cara
  And at 2026-04-02T15:00:00Z -> PatientCredentialsExpired
  And Ana: ChangeRecordStatus {clientId: $Cara, status: inactive}
    -> ClientRecordStatusChanged, PatientAccountDisabledAutomatically
  And Ana: ChangeRecordStatus {clientId: $Cara, status: active}
  Then Ana: EnablePatientProfileAccount {accountId: $Cara.account} -> refused noActiveCredentials
  And Ana may not "Enable Patient Profile Account" for Cara
  And Ana may "Distribute Patient Profile Credentials" for Cara
  When Ana: DistributePatientProfileCredentials {clientId: $Cara, templateIds: [$Letter],
    channel: post, expiryDate: 2026-04-30} -> PatientCredentialsCreated,
    PatientAccessLetterGenerated, PatientAccessLetterSent, PatientCredentialsDistributed,
    PatientAccountEnabled
  Then the state of Cara is "Pending registration"

Scenario: Which statuses disable is the organisation's choice
  Seeds: S1 L57-58; A-04
  Given Cara is a client
  And there is a letter with everything
  And Cara has an active account
  And Ana: ChangeDisablingRecordStatuses {statuses: [deceased]} -> DisablingRecordStatusesChanged
  When Ana: ChangeRecordStatus {clientId: $Cara, status: inactive} -> ClientRecordStatusChanged
  Then the state of Cara is Active
  And Cara signs in
  When Ana: ChangeDisablingRecordStatuses {statuses: [deceased, inactive]}
  Then the state of Cara is Disabled
  And Cara cannot sign in
  And Ana: ChangeRecordStatus {clientId: $Cara, status: sleeping} -> refused invalidInput status

Scenario: Credentials are not made for an active account
  Seeds: S1 L62; A-35
  Given Cara is a client
  And there is a letter with everything
  And Cara has an active account
  Then Ana: CreatePatientPortalCredentials {clientId: $Cara, expiryDate: 2026-03-31,
    distribution: later} -> refused accountActive
  And Ana: DistributePatientProfileCredentials {clientId: $Cara, templateIds: [$Letter],
    channel: post, expiryDate: 2026-03-31} -> refused accountActive
  And Ana may not "Create Patient Portal Credentials" for Cara

Scenario: The three functions depend on the permissions one has
  Seeds: S1 L59; domain 2.6
  Given Cara is a client
  And Ben is a member of staff
  And Cleo is a member of staff who may managePatientCredentials
  And there is a letter with everything
  And Cara has an active account
  Then Ben asks AvailableActions {clientId: $Cara} -> empty
  And Cleo asks AvailableActions {clientId: $Cara}
    -> contains {label: "Disable Patient Profile Account"}
  And Ben: DisablePatientProfileAccount {accountId: $Cara.account} -> refused notPermitted
  And Ben: CreatePatientPortalCredentials {clientId: $Cara, expiryDate: 2026-03-31,
    distribution: later} -> refused notPermitted
  And Ben asks ActivityLog {clientId: $Cara} -> refused notPermitted
  And Cleo: DisablePatientProfileAccount {accountId: $Cara.account} -> accepted
  When Ana: WithdrawStaffPermission {staffId: $Cleo, permission: managePatientCredentials}
    -> StaffPermissionWithdrawn
  Then Cleo: EnablePatientProfileAccount {accountId: $Cara.account} -> refused notPermitted

Scenario: Templates and the visible switch
  Seeds: S1 L25, L28-33; S1-23
  Given Cara is a client
  And there is a letter with everything
  And Cara has an active account
  And Cara signs in
  Then Cara asks PatientLetters {accountId: $Cara.account} -> empty
  When Ana: SetLetterTemplateVisibility {templateId: $Letter, visible: true}
    -> LetterTemplateMadeVisible
  Then Cara asks PatientLetters {accountId: $Cara.account} -> [{letterId: any, name: any}]
  When Ana: SetLetterTemplateVisibility {templateId: $Letter, visible: false}
    -> LetterTemplateHidden
  Then Cara asks PatientLetters {accountId: $Cara.account} -> empty

Scenario: Single letters can follow credentials
  Seeds: S1 L46-47; pinned down 9
  Given Cara is a client
  And there is a letter with everything
  And Ana: CreatePatientPortalCredentials {clientId: $Cara, expiryDate: 2026-03-31,
    distribution: later} (Cara.account = accountId)
  When Ana: GenerateAccessLetter {clientId: $Cara, templateId: $Letter} (L = letterId)
    -> PatientAccessLetterGenerated
  Then Ana asks Letters {clientId: $Cara} -> [{letterId: $L, sentAt: null}]
  And Ana asks PatientUserState {clientId: $Cara} -> {activeCredentials: false}
  When Ana: MarkAccessLetterSent {letterId: $L, channel: handedOver}
    -> ... PatientAccessLetterSent, PatientCredentialsDistributed
  Then Ana asks PatientUserState {clientId: $Cara} -> {activeCredentials: true}
  And Ana asks Letters {clientId: $Cara} -> [{letterId: $L, channel: handedOver, sentAt: any}]

Scenario: Support details are seen by patients an hour later
  Seeds: S1 L76-81; A-23, T9
  Given Cara is a client
  And there is a letter with everything
  And Cara has an active account
  And Cara signs in
  When Ana: EnterSupportInformation {email: help@example.com, phone: 555-0100}
    -> SupportInformationEntered
  Then Ana asks StaffSupportInformation {} -> {email: help@example.com,
    visibleFrom: 2026-03-02T16:00:00Z}
  And Cara asks SupportInformation {} -> {email: null, phone: null}
  When at 2026-03-02T15:59:59Z
  Then Cara asks SupportInformation {} -> {email: null, phone: null}
  When at 2026-03-02T16:00:00Z -> nothing
  Then Cara asks SupportInformation {} -> {email: help@example.com, phone: 555-0100}
  When Ana: AmendSupportInformation {email: new@example.com, phone: 555-0101}
    -> SupportInformationAmended
  Then Cara asks SupportInformation {} -> {email: help@example.com}
  When at 2026-03-02T17:00:00Z
  Then Cara asks SupportInformation {} -> {email: new@example.com, phone: 555-0101}

Scenario: Each amendment of the support details has its own hour
  Seeds: S1 L81; T9
  Given Ana: EnterSupportInformation {email: one@example.com, phone: 555-0101}
  And at 2026-03-02T15:30:00Z
  And Ana: AmendSupportInformation {email: two@example.com, phone: 555-0102}
  When at 2026-03-02T16:00:00Z
  Then operator asks SupportInformation {} -> {email: one@example.com}
  When at 2026-03-02T16:30:00Z
  Then operator asks SupportInformation {} -> {email: two@example.com}
  When Ana: WithdrawSupportInformation {} -> SupportInformationWithdrawn
  Then operator asks SupportInformation {} -> {email: two@example.com}
  When at 2026-03-02T17:30:00Z
  Then operator asks SupportInformation {} -> {email: null, phone: null}

Scenario: Support details of a type come before those of all types
  Seeds: S1 L79; S1-62
  Given Ana: EnterSupportInformation {email: all@example.com, phone: 555-0100}
  And Ana: EnterSupportInformation {organisationType: clinic, email: clinic@example.com,
    phone: 555-0101}
  When at 2026-03-02T16:00:00Z
  Then operator asks SupportInformation {organisationType: clinic}
    -> {email: clinic@example.com}
  And operator asks SupportInformation {organisationType: hospice} -> {email: all@example.com}
  And operator asks SupportInformation {} -> {email: all@example.com}
  And Ana: EnterSupportInformation {organisationType: clinic, email: x@example.com,
    phone: 555-0101} -> refused supportAlreadyEntered

Scenario: Support details need an address and a telephone
  Seeds: S1 L80; S1-63
  Given Ben is a member of staff
  Then Ana: EnterSupportInformation {phone: 555-0100} -> refused supportEmailRequired
  And Ana: EnterSupportInformation {email: help@example.com} -> refused supportPhoneRequired
  And Ana: EnterSupportInformation {email: "", phone: 555-0100} -> refused supportEmailRequired
  And Ana: EnterSupportInformation {email: nonsense, phone: 555-0100}
    -> refused invalidInput email
  And Ben: EnterSupportInformation {email: help@example.com, phone: 555-0100}
    -> refused notPermitted

Scenario: Documents are seen by patients when they are made visible
  Seeds: S1 L28, L34-37; S1-24
  Given Cara is a client
  And there is a letter with everything
  And Cara has an active account
  And Cara signs in
  And Ana: AddDocument {clientId: $Cara, name: Care plan, content: "Walk every day"}
    (D = documentId)
  Then Ana asks Documents {clientId: $Cara} -> [{documentId: $D, name: Care plan, visible: false}]
  And Cara asks PatientDocuments {accountId: $Cara.account} -> empty
  When Ana: SetDocumentVisibility {documentId: $D, visible: true} -> DocumentMadeVisible
  Then Cara asks PatientDocuments {accountId: $Cara.account} -> [{documentId: $D,
    name: Care plan}]
  When Ana: SetDocumentVisibility {documentId: $D, visible: false} -> DocumentHidden
  Then Cara asks PatientDocuments {accountId: $Cara.account} -> empty
  And Ana asks Documents {clientId: $Cara} -> [{visible: false}]

Scenario: The activity log can be read for a time
  Seeds: S1 L64
  Given Cara is a client
  And there is a letter with everything
  And Ana sends credentials to Cara
  And at 2026-03-10T15:00:00Z
  And Cara registers
  Then Ana asks ActivityLog {clientId: $Cara, from: 2026-03-10T00:00:00Z}
    -> contains {label: "Patient User Successfully Registered"}
    and lacks {label: "Patient Account Onboarded"}
  And Ana asks ActivityLog {clientId: $Cara, to: 2026-03-09T00:00:00Z}
    -> contains {label: "Patient Account Onboarded"}
    and lacks {label: "Patient User Successfully Registered"}

Scenario: The state can be asked as of an earlier day
  Seeds: S1 L38, L51; invariant 16
  Given Cara is a client
  And there is a letter with everything
  And Ana sends credentials to Cara
  And at 2026-03-05T15:00:00Z
  And Cara registers
  And at 2026-03-05T16:00:00Z
  And Cara confirms
  Then Ana asks PatientUserState {clientId: $Cara, asOf: 2026-03-03T00:00:00Z}
    -> {state: Pending registration}
  And Ana asks PatientUserState {clientId: $Cara, asOf: 2026-03-05T15:30:00Z}
    -> {state: Pending email confirmation}
  And Ana asks PatientUserState {clientId: $Cara, asOf: 2026-03-01T00:00:00Z}
    -> refused notFound
