Scenario: A portal invitation from the client card to the first sign-in
  Seeds: S4 L7-25, L59, L68; S4-01..09, S4-19
  Given Cara is a client
  Then Ana asks PatientMessagingTab {clientId: $Cara} -> {link: Send patient portal invite}
  And Ana: SendPatientMessage {clientId: $Cara, body: "Are you well today?"}
    -> refused patientNotRegistered
  When Ana: SendPortalInvitation {clientId: $Cara, origin: chartingWindow}
    (Cara.invitation = invitationId) -> ... PortalInvitationSent
  Then the new mails go to cara@example.org
  And Ana asks PatientMessagingTab {clientId: $Cara} -> {link: Re-send patient portal invite}
  And Ana asks EnrolmentStatus {clientId: $Cara} -> {status: invited}
  And mail to Cara@example.org about portalInvitation: Cara.token = invitationLink
  When someone: RegisterByLink {token: $Cara.token, details: {givenName: Cara,
    familyName: Laneway}, password: open sesame 1} (Cara.account = accountId)
    -> ... PasswordSet, InvitationAccepted, PatientUserSuccessfullyRegistered,
    PatientAccessGranted
  Then the state of Cara is Active
  And Cara signs in
  And Ana asks PatientMessagingTab {clientId: $Cara} -> {link: Send patient portal message}
  And Ana asks EnrolmentStatus {clientId: $Cara} -> {status: enrolled}
  And Ana: SendPortalInvitation {clientId: $Cara, origin: clientCard} -> refused alreadyRegistered
  And Ana: ResendInvitation {invitationId: $Cara.invitation} -> refused alreadySignedIn
  And someone: RegisterByLink {token: $Cara.token, details: {givenName: Cara,
    familyName: Laneway}, password: open sesame 1} -> refused linkAlreadyUsed
  And Ana asks ActivityLog {clientId: $Cara} -> contains [{label: Patient Account Onboarded},
    {label: Patient User Successfully Registered}, {label: Patient Access Granted}]

Scenario: An expired invitation is re-sent with a new link
  Seeds: S4 L33-40; S4-10..13; T1
  Given Cara is a client
  And Ana sends Cara a portal invitation
  When at 2026-03-16T14:59:59Z -> nothing
  And at 2026-03-16T15:00:00Z -> InvitationExpired
  Then someone: RegisterByLink {token: $Cara.token, details: {givenName: Cara,
    familyName: Laneway}, password: open sesame 1} -> refused invitationExpired
  And Ana asks PatientMessagingTab {clientId: $Cara} -> {link: Re-send patient portal invite}
  And Ana asks EnrolmentStatus {clientId: $Cara} -> {status: expired}
  And Ana asks Invitations {state: expired} -> [{invitationId: $Cara.invitation}]
  And Ana asks Invitations {state: pending} -> empty
  When Ana: ResendInvitation {invitationId: $Cara.invitation} -> ... PortalInvitationResent
  Then someone: RegisterByLink {token: $Cara.token, details: {givenName: Cara,
    familyName: Laneway}, password: open sesame 1} -> refused invitationExpired
  And Ana asks Invitations {} -> [{state: pending, resent: 1}]
  When mail to Cara@example.org about portalInvitation: Cara.token = invitationLink
  Then Cara registers by the link

Scenario: Another template can be chosen, if its link is right
  Seeds: S4 L14, L40; S4-04..06
  Given Cara is a client
  Then Ana: SaveEmailTemplate {purpose: portalInvitation, name: Bad, subject: Welcome,
    body: "No link in here"} -> refused templateLacksInvitationLink
  And Ana: SendPortalInvitation {clientId: $Cara, templateId: $Cara, origin: clientCard}
    -> refused unknownTemplate
  When Ana: SaveEmailTemplate {purpose: portalInvitation, name: Warm, subject: Welcome,
    body: "Dear {{clientName}}, come to {{invitationLink}}"} (T = templateId) -> EmailTemplateSaved
  Then Ana asks PreviewInvitation {templateId: $T, clientId: $Cara} -> {subject: Welcome, body: any}
  And Ana asks Invitations {} -> empty
  And no new mail
  When Ana: SendPortalInvitation {clientId: $Cara, templateId: $T, origin: clientCard} -> accepted
  Then the new mails go to cara@example.org
  And Ana: SaveEmailTemplate {purpose: familyPortalAccess, name: F, subject: S, body: "None"}
    -> refused _ + nothing
  And Ana: ChooseDefaultEmailTemplate {purpose: portalInvitation, templateId: $T} -> accepted
  And Ana: ChooseDefaultEmailTemplate {purpose: autoInvitation, templateId: $T}
    -> refused _ + nothing

Scenario: An invitation by hand needs an address
  Seeds: S4 L7; domain 4.1
  Given Ana: RegisterClient {givenName: Eve, familyName: Laneway, dateOfBirth: 1970-06-01}
    (Eve = clientId)
  Then Ana: SendPortalInvitation {clientId: $Eve, origin: clientCard} -> refused emailRequired
  And Ana: SendPortalInvitation {clientId: $Eve, origin: pigeon} -> refused invalidInput origin
  And Ana: SendPortalInvitation {clientId: $Eve} -> refused invalidInput origin

Scenario: An invitation to an address that is somebody's login is refused
  Seeds: S3 L2; S4 L7; domain 4.1
  Given Cara is a client
  And there is a letter with everything
  And Cara has an active account
  And Ana: RegisterClient {givenName: Eve, familyName: Laneway, dateOfBirth: 1970-06-01,
    email: cara@example.org} (Eve = clientId)
  Then Ana: SendPortalInvitation {clientId: $Eve, origin: clientCard} -> refused loginEmailInUse

Scenario: The end date shuts the portal at midnight of the day, in the organisation's zone
  Seeds: S4 L45-49; A-17, A-18; T7
  Given Cara is a client
  And there is a letter with everything
  And Cara has an active account
  And Cara signs in
  And Ana: SendPatientMessage {clientId: $Cara, body: "Are you well today?"} (T = threadId)
  When Ana: SetClientEndDate {clientId: $Cara, endDate: 2026-03-10} -> ClientEndDateSet
  Then the state of Cara is Active
  And Ana asks ClientCard {clientId: $Cara} -> {endDate: 2026-03-10}
  When at 2026-03-10T03:59:59Z
  Then Cara signs in
  And Cara: SendPatientMessage {clientId: $Cara, threadId: $T, body: "Very well indeed"} -> accepted
  When at 2026-03-10T04:00:00Z -> ... ClientEndDateTookEffect, PatientAccountDisabledAutomatically
  Then Ana asks PatientUserState {clientId: $Cara} -> {state: Disabled, causes: [endDate]}
  And Cara cannot sign in
  And Cara asks MessageThreads {clientId: $Cara} -> refused _
  And Ana asks MessageThreads {clientId: $Cara} -> [{threadId: $T, readOnly: true,
    messages: [{body: "Are you well today?"}, {body: "Very well indeed"}]}]
  And Ana: SendPatientMessage {clientId: $Cara, threadId: $T, body: "Hello again"}
    -> refused messagesReadOnly
  And Ana: SendPatientMessage {clientId: $Cara, body: "Hello again"} -> refused messagesReadOnly
  And Ana asks PatientMessagingTab {clientId: $Cara} -> {link: null}
  And Ana asks ActivityLog {clientId: $Cara}
    -> contains {label: Patient Account Disabled Automatically}
  When Ana: RemoveClientEndDate {clientId: $Cara}
    -> ... ClientEndDateRemoved, ClientEndDateLifted, MessageThreadsReopened
  Then the state of Cara is Active
  And Cara signs in
  And Ana: SendPatientMessage {clientId: $Cara, threadId: $T, body: "Welcome back"} -> accepted
  And Ana asks MessageThreads {clientId: $Cara} -> [{readOnly: false}]

Scenario: An end date of today or before works at once
  Seeds: S4 L45; A-17; T7
  Given Cara is a client
  And Dora is a client
  And there is a letter with everything
  And Cara has an active account
  And Cara signs in
  When Ana: SetClientEndDate {clientId: $Cara, endDate: 2026-03-02}
    -> ... ClientEndDateSet, ClientEndDateTookEffect, PatientAccountDisabledAutomatically
  Then the state of Cara is Disabled
  And Cara cannot sign in
  And Cara asks PatientLetters {accountId: $Cara.account} -> refused _
  When Ana: SetClientEndDate {clientId: $Dora, endDate: 2020-01-01}
    -> ... ClientEndDateSet, ClientEndDateTookEffect
  Then the state of Dora is null
  And Ana: SendPortalInvitation {clientId: $Dora, origin: clientCard} -> refused clientEndDated

Scenario: Moving the end date into the future opens what it had shut
  Seeds: S4 L45; A-18; T7
  Given Cara is a client
  And there is a letter with everything
  And Cara has an active account
  And Ana: SetClientEndDate {clientId: $Cara, endDate: 2026-03-01}
  When Ana: SetClientEndDate {clientId: $Cara, endDate: 2026-03-20}
    -> ... ClientEndDateChanged, ClientEndDateLifted
  Then the state of Cara is Active
  And Cara signs in
  When at 2026-03-20T04:00:00Z -> ... ClientEndDateTookEffect
  Then the state of Cara is Disabled
  And Ana: SetClientEndDate {clientId: $Cara, endDate: 2026-03-19} -> ClientEndDateChanged

Scenario: There must be an end date to remove
  Seeds: S4 L45; T7
  Given Cara is a client
  And Ben is a member of staff
  Then Ana: RemoveClientEndDate {clientId: $Cara} -> refused noEndDate
  And Ana: SetClientEndDate {clientId: $Cara} -> refused invalidInput endDate
  And Ana: SetClientEndDate {clientId: $Cara, endDate: 2026-02-30} -> refused invalidInput endDate
  And Ana: SetClientEndDate {clientId: $Ana, endDate: 2026-03-30} -> refused notFound
  And Ben: SetClientEndDate {clientId: $Cara, endDate: 2026-03-30} -> refused notPermitted
  When Ana: SetClientEndDate {clientId: $Cara, endDate: 2026-05-01}
  And Ana: RemoveClientEndDate {clientId: $Cara} -> ClientEndDateRemoved
  Then Ana asks ClientCard {clientId: $Cara} -> {endDate: null}
  And at 2026-05-02T00:00:00Z -> nothing

Scenario: An end date is no automatic disabling that sticks
  Seeds: S4 L45; S1 L57; A-08, A-18
  Given Cara is a client
  And there is a letter with everything
  And Cara has an active account
  And Ana: ChangeRecordStatus {clientId: $Cara, status: inactive}
  And Ana: SetClientEndDate {clientId: $Cara, endDate: 2026-03-01}
  And Ana asks PatientUserState {clientId: $Cara} -> {state: Disabled,
    causes: [endDate, recordStatus]}
  When Ana: RemoveClientEndDate {clientId: $Cara}
  Then Ana asks PatientUserState {clientId: $Cara} -> {state: Disabled, causes: [recordStatus]}
  When Ana: ChangeRecordStatus {clientId: $Cara, status: active}
  Then the state of Cara is Disabled
  When Ana: EnablePatientProfileAccount {accountId: $Cara.account}
  Then the state of Cara is Active

Scenario: The date decides, even where nobody ran the timer
  Seeds: S4 L45; T7 note
  Given Cara is a client
  And there is a letter with everything
  And Cara has an active account
  And Ana: SetClientEndDate {clientId: $Cara, endDate: 2026-03-10}
  When the store is reopened at 2026-03-17T15:00:00Z
  Then the state of Cara is Disabled
  And Cara cannot sign in
  And operator asks AuditTrail {clientId: $Cara, type: ClientEndDateTookEffect.v1}
    -> [{type: ClientEndDateTookEffect.v1}]
  When the store is reopened at 2026-03-24T15:00:00Z
  Then operator asks AuditTrail {clientId: $Cara, type: ClientEndDateTookEffect.v1}
    -> [{type: ClientEndDateTookEffect.v1}]

Scenario: Who cares for somebody else still signs in after the own end date
  Seeds: S4 L45; A-37
  Given the family portal is ready for Cara
  And Dora is a client
  And there is a letter with everything
  And Dora has an active account
  And Ana: AddContact {clientId: $Cara, name: Dora Laneway, relationship: mother,
    email: Dora@example.org, personId: $Dora} (Dora.contact = contactId)
  And Ana: AddFamilyPortalAccess {profileId: $Cara.profile, holder: contact/$Dora.contact,
    loginEmail: Dora@example.org, roleId: $family}
  And Dora signs in
  When Ana: SetClientEndDate {clientId: $Dora, endDate: 2026-03-02}
  Then Dora signs in
  And Dora may see [profile, messages] of Cara
  And the state of Dora is Disabled

Scenario: An end date shuts the family out as well, and removing it lets them in again
  Seeds: S4 L45; S3 L1; T5, T7
  Given the family portal is ready for Cara
  And Paul is a contact of Cara
  And Paul gets access to Cara as family
  And Paul signs in for the first time
  And Rita is a contact of Cara
  And Rita gets access to Cara as physician
  When Ana: SetClientEndDate {clientId: $Cara, endDate: 2026-03-02}
  Then Paul may see nothing of Cara
  And someone: SignIn {email: Paul@example.org, password: open sesame 1}
    -> refused signInRefused + SignInRefused
  And Ana: ResendInvitation {invitationId: $Rita.invitation} -> refused clientEndDated
  And Ana: AddFamilyPortalAccess {profileId: $Cara.profile, holder: client/$Cara,
    loginEmail: Cara@example.org, roleId: $family} -> refused clientEndDated
  When Ana: RemoveClientEndDate {clientId: $Cara}
  Then Paul may see [profile, messages] of Cara
  And Paul signs in
  And Ana asks AccessGrants {profileId: $Cara.profile}
    -> contains {grantId: $Rita.grant, state: invited}

Scenario: End dates in Auckland begin there
  Seeds: S4 L45; A-17
  Given Ana: ChangeOrganisationTimeZone {timeZone: Pacific/Auckland}
  And Cara is a client
  And there is a letter with everything
  And Cara has an active account
  # It is 3 March, four in the morning, in Auckland already.
  When Ana: SetClientEndDate {clientId: $Cara, endDate: 2026-03-03}
    -> ... ClientEndDateSet, ClientEndDateTookEffect
  Then the state of Cara is Disabled

Scenario: Caregivers are invited after a confirmation
  Seeds: S4 L56; S4-17, S4-18
  Given Cara is a client
  Then Ana: SendCaregiverInvitation {clientId: $Cara, name: Olga Helper,
    email: olga@example.org} -> refused confirmationRequired
  And Ana: SendCaregiverInvitation {clientId: $Cara, email: olga@example.org, confirmed: true}
    -> refused requiredFieldMissing
  And Ana: SendCaregiverInvitation {clientId: $Cara, name: Olga Helper, confirmed: true}
    -> refused requiredFieldMissing
  And Ana: SendCaregiverInvitation {clientId: $Cara, confirmed: true}
    -> refused requiredFieldMissing
  And Ana: SendCaregiverInvitation {clientId: $Cara, name: Olga Helper, email: "",
    confirmed: true} -> refused requiredFieldMissing email
  And Ana: SendCaregiverInvitation {clientId: $Cara, name: " ", email: olga@example.org,
    confirmed: true} -> refused requiredFieldMissing name
  When Ana: SendCaregiverInvitation {clientId: $Cara, name: Olga Helper,
    email: olga@example.org, confirmed: true} (I = invitationId) -> ... PortalInvitationSent
  Then the new mails go to olga@example.org
  And Ana asks Invitations {kind: caregiver} -> [{invitationId: $I, clientId: $Cara,
    state: pending}]
  When mail to olga@example.org: Olga.token = invitationLink
  And someone: RegisterByLink {token: $Olga.token, details: {givenName: Olga,
    familyName: Helper}, password: open sesame 1} (Olga.account = accountId)
  Then someone: SignIn {email: olga@example.org, password: open sesame 1} -> accepted
  And operator asks MultiProfileAccess {accountId: $Olga.account} -> [{clientId: $Cara,
    state: active}]
  And the state of Cara is null

Scenario: An existing client is looked up as caregiver
  Seeds: S4 L56; S4-17; S3 L1
  Given Cara is a client
  And Dora is a client
  And there is a letter with everything
  And Dora has an active account
  When Ana: SendCaregiverInvitation {clientId: $Cara, existingClientId: $Dora, confirmed: true}
    -> accepted
  Then the new mails go to dora@example.org
  And Ana: SendCaregiverInvitation {clientId: $Cara, existingClientId: $Ana, confirmed: true}
    -> refused notFound

Scenario: A registration link needs a good password and its own token
  Seeds: S4 L59
  Given Cara is a client
  And Ana sends Cara a portal invitation
  Then someone: RegisterByLink {token: nosuchtoken, details: {givenName: Cara,
    familyName: Laneway}, password: open sesame 1} -> refused notFound
  And someone: RegisterByLink {token: $Cara.token, details: {givenName: Cara,
    familyName: Laneway}, password: short} -> refused weakPassword
  And someone: RegisterByLink {token: $Cara.token, details: {givenName: Cara,
    familyName: Laneway}} -> refused invalidInput password
  And Cara registers by the link

Scenario: The end date comes between the invitation and the registration
  Seeds: S4 L45, L59; invariant 11
  Given Cara is a client
  And Ana sends Cara a portal invitation
  When Ana: SetClientEndDate {clientId: $Cara, endDate: 2026-03-02}
  Then someone: RegisterByLink {token: $Cara.token, details: {givenName: Cara,
    familyName: Laneway}, password: open sesame 1} -> refused _ + something
  And Ana: ResendInvitation {invitationId: $Cara.invitation} -> refused clientEndDated
  And no new mail
  And Ana asks EnrolmentStatus {clientId: $Cara} -> lacks {status: enrolled}

Scenario: Messages go both ways, to whom it concerns
  Seeds: S4 L25, L68; S4-09, S4-23
  Given Cara is a client
  And Dora is a client
  And Ben is a member of staff
  And there is a letter with everything
  And Cara has an active account
  And Dora has an active account
  And Cara signs in
  And Dora signs in
  When Ana: SendPatientMessage {clientId: $Cara, body: "How is the knee today?"} (T = threadId)
    -> PatientMessageSent
  And Cara: SendPatientMessage {clientId: $Cara, threadId: $T, body: "Better, thank you"}
    -> PatientMessageSent
  Then Ana asks MessageThreads {clientId: $Cara} -> [{threadId: $T, readOnly: false, messages: [
    {body: "How is the knee today?"}, {body: "Better, thank you"}]}]
  And Cara asks MessageThreads {clientId: $Cara} -> [{threadId: $T}]
  And Dora asks MessageThreads {clientId: $Cara} -> refused _
  And Dora: SendPatientMessage {clientId: $Cara, threadId: $T, body: "Let me in please"}
    -> refused _ + something
  And Ben: SendPatientMessage {clientId: $Cara, body: "Hello from Ben"} -> refused notPermitted
  And Ana: SendPatientMessage {clientId: $Dora, threadId: $T, body: "Wrong thread here"}
    -> refused notFound
  And Ana: SendPatientMessage {clientId: $Cara, body: ""} -> refused invalidInput body

Scenario: Bulk messages skip who has an end date
  Seeds: S4 L45-49, L62; S4-20
  Given Cara is a client
  And Dora is a client
  And there is a letter with everything
  And Cara has an active account
  And Dora has an active account
  And Ana: SetClientEndDate {clientId: $Dora, endDate: 2026-03-02}
  When Ana: SendBulkMessage {clientIds: [$Cara, $Dora], channels: [portal],
    body: "We are closed on Friday"} (B = bulkId) -> ... BulkMessageSent
  Then Ana asks MessageThreads {clientId: $Cara} -> [{messages: [{body: "We are closed on Friday"}]}]
  And Ana asks MessageThreads {clientId: $Dora} -> empty
  And Ana: SendBulkMessage {clientIds: [$Cara], channels: [pigeon], body: "We are closed"}
    -> refused invalidInput channels
  And Ana: SendBulkMessage {clientIds: [], channels: [portal], body: "We are closed"}
    -> refused invalidInput clientIds

Scenario: Intake forms are sent and filled in
  Seeds: S4 L65, L68; S4-21, S4-23
  Given Cara is a client
  And there is a letter with everything
  And Cara has a profile of the organisation
  And Ana: SendIntakeForm {clientId: $Cara, form: {title: First visit}}
    -> refused patientNotRegistered
  And Cara has an active account
  And Cara signs in
  When Ana: SendIntakeForm {clientId: $Cara, form: {title: First visit}} (F = formId)
    -> ... IntakeFormSent
  Then Cara asks PatientPortalContent {accountId: $Cara.account, profileId: $Cara.profile}
    -> {intakeForms: [{formId: $F}]}
  When Cara: CompleteIntakeForm {formId: $F, answers: {allergies: "Peanuts and dust"}}
    -> IntakeFormCompleted
  Then Cara: CompleteIntakeForm {formId: $Cara, answers: {a: b}} -> refused notFound
  And Ana: CompleteIntakeForm {formId: $F, answers: {a: b}} -> refused notPermitted

Scenario: Only structured information reaches the portal
  Seeds: S2 L43; S1 L1; S4 L68; S2-24
  Given Cara is a client
  And there is a letter with everything
  And Cara has a profile of the organisation
  And Ana: AddRecordResource {profileId: $Cara.profile, kind: referral,
    content: {to: Cardiology}, structured: true}
  And Ana: AddRecordResource {profileId: $Cara.profile, kind: referral,
    content: {text: Scanned paper}, structured: false}
  And Cara has an active account
  And Cara signs in
  Then Cara asks PatientPortalContent {accountId: $Cara.account, profileId: $Cara.profile}
    -> {referrals: [{content: {to: Cardiology}}]}

Scenario: The days of an invitation are the organisation's choice
  Seeds: S4 L33; A-25
  Given Cara is a client
  And Ana: ChangeInvitationExpiry {kind: registration, days: 2} -> InvitationExpiryChanged
  And Ana sends Cara a portal invitation
  Then Ana asks Invitations {} -> [{expiresAt: 2026-03-04T15:00:00Z}]
  And at 2026-03-04T15:00:00Z -> InvitationExpired
  And Ana: ChangeInvitationExpiry {kind: registration, days: 0} -> refused invalidInput days
  And Ana: ChangeInvitationExpiry {kind: pigeon, days: 2} -> refused invalidInput kind

Scenario: Statistics count who was invited and who came
  Seeds: S2 L5; S2-07
  Given Cara is a client
  And Dora is a client
  And Ana sends Cara a portal invitation
  And Ana sends Dora a portal invitation
  And Cara registers by the link
  When at 2026-03-20T15:00:00Z -> InvitationExpired
  Then Ana asks InvitationStatistics {} -> {invited: 2, registered: 1, expired: 1}
