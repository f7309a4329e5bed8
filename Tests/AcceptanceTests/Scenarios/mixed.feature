# Stories across the seeds, where one seed's rule meets another's.

Scenario: The clock of a batch does not go back
  Seeds: pinned down 1
  Given Cara is a client
  And at 2026-03-05T15:00:00Z
  Then at 2026-03-04T15:00:00Z -> refused invalidInput
  And at yesterday -> refused invalidInput

Scenario: A rejection between the invitation of a contact and the first sign-in
  Seeds: S0 L28; S3 L11; T5
  Given there is a mail template for the family portal
  And there is a role family
  And profiles may be made before acceptance
  And Cara is a client
  And Ana invites Cara with the box ticked
  And Paul is a contact of Cara
  And Paul gets access to Cara as family
  When Cara rejects
  Then someone: SignIn {email: Paul@example.org, password: $Paul.temporary}
    -> refused signInRefused + SignInRefused
  And operator asks AccessGrants {profileId: $Cara.profile}
    -> contains {grantId: $Paul.grant, state: suspended}
  When Ana invites Cara again
  Then operator asks AccessGrants {profileId: $Cara.profile}
    -> contains {grantId: $Paul.grant, state: invited}
  And Paul signs in for the first time
  And Paul may see [profile, messages] of Cara

Scenario: Rejected and end-dated: both must be undone
  Seeds: S0 L28; S4 L45; T5, T7
  Given there is a mail template for the family portal
  And there is a role family
  And profiles may be made before acceptance
  And Cara is a client
  And Ana invites Cara with the box ticked
  And Paul is a contact of Cara
  And Paul gets access to Cara as family
  And Paul signs in for the first time
  And Cara rejects
  And Ana: SetClientEndDate {clientId: $Cara, endDate: 2026-03-02}
  Then Paul may see nothing of Cara
  When Ana: RemoveClientEndDate {clientId: $Cara}
  Then Paul may see nothing of Cara
  When Ana invites Cara again
  Then Paul may see [profile, messages] of Cara

Scenario: Revoking deletes what contacts had access to
  Seeds: S0 L32; S3 L1; T5
  Given there is a mail template for the family portal
  And there is a role family
  And profiles may be made before acceptance
  And Cara is a client
  And Ana invites Cara with the box ticked
  And Paul is a contact of Cara
  And Paul gets access to Cara as family
  And Paul signs in for the first time
  When Ana: RevokeInvitation {invitationId: $Cara.invitation}
    -> ... InvitationRevoked, MedicalProfileDeleted
  Then someone: SignIn {email: Paul@example.org, password: open sesame 1}
    -> refused signInRefused + SignInRefused
  And Paul asks PatientPortalContent {accountId: $Paul.account, profileId: $Cara.profile}
    -> refused notFound
  And operator asks MultiProfileAccess {accountId: $Paul.account} -> lacks {state: active}

Scenario: Accepting ends the letters that were still on their way
  Seeds: S0 L26; S1 L47; T4
  Given Cara is a client
  And there is a letter with everything
  And Ana sends credentials to Cara
  And Ana invites Cara without the box ticked
  When Cara accepts
  Then the state of Cara is Active
  And someone: RegisterPatientUser {patientIdNumber: N-Cara, activationCode: $Cara.code,
    dateOfBirth: 1980-02-29, email: other@example.org, password: other sesame 2}
    -> refused registrationRefused + RegistrationRefused
  And Cara signs in

Scenario: A locked patient does not come in by another link
  Seeds: S1 L56; S0 L26; S4 L59; invariant 11
  Given Cara is a client
  And there is a letter with everything
  And Ana: ChangeRegistrationLockoutPolicy {maxFailedRegistrations: 1}
  And Ana sends credentials to Cara
  And Ana invites Cara without the box ticked
  And Cara tries to register with the code wrong1 and the birthday 1980-02-29
  And the state of Cara is Locked
  Then someone: AcceptInvitation {token: $Cara.token, capacity: self, password: open sesame 1}
    -> refused accountLocked
  And Ana: SendPortalInvitation {clientId: $Cara, origin: clientCard} -> refused _
  And the state of Cara is Locked

Scenario: After acceptance the owner ends what staff had given to a contact
  Seeds: S0 L26; S3 L1; A-15
  Given there is a mail template for the family portal
  And there is a role family
  And profiles may be made before acceptance
  And Cara is a client
  And Ana invites Cara with the box ticked
  And Paul is a contact of Cara
  And Paul gets access to Cara as family
  And Paul signs in for the first time
  When Cara accepts
  Then Paul may see [profile, messages] of Cara
  And Ana: RemoveFamilyPortalAccess {grantId: $Paul.grant, confirmed: true}
    -> refused onlyOwnerControlsAccess
  And Ana: ChangeAccessRole {grantId: $Paul.grant, roleId: $family}
    -> refused onlyOwnerControlsAccess
  When Cara: RevokeAccess {profileId: $Cara.profile, subject: person/$Paul.person}
    -> ... FamilyPortalAccessRemoved
  Then Paul may see nothing of Cara
  And someone: SignIn {email: Paul@example.org, password: open sesame 1}
    -> refused signInRefused + SignInRefused

Scenario: Nothing of Disable, Enable and Distribute works after the end date
  Seeds: S1 L59-62; S4 L45; T3
  Given Cara is a client
  And there is a letter with everything
  And Cara has an active account
  And Ana: SetClientEndDate {clientId: $Cara, endDate: 2026-03-02}
  Then Ana: DisablePatientProfileAccount {accountId: $Cara.account} -> refused accountNotActive
  And Ana: EnablePatientProfileAccount {accountId: $Cara.account} -> refused recordStatusDisabled
  And Ana: DistributePatientProfileCredentials {clientId: $Cara, templateIds: [$Letter],
    channel: post, expiryDate: 2026-03-31} -> refused recordStatusDisabled
  And Ana: CreatePatientPortalCredentials {clientId: $Cara, expiryDate: 2026-03-31,
    distribution: later} -> refused recordStatusDisabled
  And Ana may not "Enable Patient Profile Account" for Cara
  And Ana may not "Disable Patient Profile Account" for Cara
  And Ana may not "Distribute Patient Profile Credentials" for Cara
  And Ana may not "Create Patient Portal Credentials" for Cara
  And Ana may not "Send patient portal message" for Cara

Scenario: Disabled by hand stays disabled when the end date is lifted
  Seeds: S1 L68; S4 L45; A-18
  Given Cara is a client
  And there is a letter with everything
  And Cara has an active account
  And Ana: DisablePatientProfileAccount {accountId: $Cara.account}
  And Ana: SetClientEndDate {clientId: $Cara, endDate: 2026-03-02}
  When Ana: RemoveClientEndDate {clientId: $Cara}
  Then the state of Cara is Disabled
  And Cara cannot sign in
  When Ana: EnablePatientProfileAccount {accountId: $Cara.account}
  Then Cara signs in

Scenario: The state as of a day before the end date is what it was then
  Seeds: S4 L45; invariant 16
  Given Cara is a client
  And there is a letter with everything
  And Cara has an active account
  And Ana: SetClientEndDate {clientId: $Cara, endDate: 2026-03-10}
  When at 2026-03-12T15:00:00Z
  Then the state of Cara is Disabled
  And Ana asks PatientUserState {clientId: $Cara, asOf: 2026-03-09T15:00:00Z} -> {state: Active}
  And Ana asks PatientUserState {clientId: $Cara, asOf: 2026-03-10T15:00:00Z} -> {state: Disabled}

Scenario: A new time zone moves an end date that has not come
  Seeds: S4 L45; domain 2.5
  Given Cara is a client
  And there is a letter with everything
  And Cara has an active account
  And Ana: SetClientEndDate {clientId: $Cara, endDate: 2026-03-10}
  And Ana: ChangeOrganisationTimeZone {timeZone: Pacific/Auckland}
  # 10 March begins in Auckland at 11:00 UTC on the 9th.
  When at 2026-03-09T10:59:59Z -> nothing
  Then Cara signs in
  When at 2026-03-09T11:00:00Z -> ... ClientEndDateTookEffect
  Then Cara cannot sign in

Scenario: Two contacts cannot share an address
  Seeds: S3 L2; A-10
  Given the family portal is ready for Cara
  And Paul is a contact of Cara
  And Rita is a contact of Cara
  And Paul gets access to Cara as family
  Then Ana: AddFamilyPortalAccess {profileId: $Cara.profile, holder: contact/$Rita.contact,
    loginEmail: " pAUL@example.org", roleId: $family} -> refused loginEmailInUse
  When Ana: RemoveFamilyPortalAccess {grantId: $Paul.grant, confirmed: true}
  # The account keeps its address.
  Then Ana: AddFamilyPortalAccess {profileId: $Cara.profile, holder: contact/$Rita.contact,
    loginEmail: Paul@example.org, roleId: $family} -> refused loginEmailInUse

Scenario: A contact's details change, the login does not
  Seeds: S3 L28; A-19
  Given the family portal is ready for Cara
  And Paul is a contact of Cara
  And Paul gets access to Cara as family
  And Paul signs in for the first time
  When Ana: ChangeContact {contactId: $Paul.contact, email: paul.second@example.org}
    -> ContactDetailsChanged
  Then Paul signs in
  And Ana asks ManageAccess {profileId: $Cara.profile, holder: contact/$Paul.contact}
    -> {loginEmail: paul@example.org}
  And Ana: ChangeContact {contactId: $Cara, email: x@example.org} -> refused notFound

Scenario: An address that is taken away is needed again
  Seeds: S4 L7; S2 L23
  Given Cara is a client
  When Ana: ChangeClientEmail {clientId: $Cara, new: null} -> ClientEmailChanged
  Then Ana: SendPortalInvitation {clientId: $Cara, origin: clientCard} -> refused emailRequired
  And Ana asks ClientCard {clientId: $Cara} -> {email: null}

Scenario: Thirty days from a visit across the end of a year
  Seeds: S2 L11
  Given Cara is a client
  And Ana: EnableAutoInvite
  And at 2026-12-10T15:00:00Z
  And Cara was seen on 2026-12-10
  And a note of the visit of Cara is written
  Then Ana asks AutoInviteQueue {} -> [{clientId: $Cara, dueOn: 2027-01-09}]
  # Midnight in New York is 05:00 UTC in winter.
  When at 2027-01-09T04:59:59Z
  Then no new mail
  When at 2027-01-09T05:00:00Z
  Then the new mails go to Cara@example.org

Scenario: Thirty days from a visit across 29 February
  Seeds: S2 L11
  Given Cara is a client
  And Ana: EnableAutoInvite
  And at 2028-02-10T15:00:00Z
  And Cara was seen on 2028-02-10
  And a note of the visit of Cara is written
  Then Ana asks AutoInviteQueue {} -> [{clientId: $Cara, dueOn: 2028-03-11}]

Scenario: The earliest of two visits decides
  Seeds: S2 L7-11; A-20
  Given Cara is a client
  And Ana: EnableAutoInvite
  And Cara was seen on 2026-03-02
  And a note of the visit of Cara is written
  And Cara was seen on 2026-02-20
  And a note of the visit of Cara is written
  Then Ana asks AutoInviteQueue {} -> [{clientId: $Cara, dueOn: 2026-03-22}]

Scenario: A visit of long ago is due at once
  Seeds: S2 L11; A-20
  Given Cara is a client
  And Ana: EnableAutoInvite
  And Cara was seen on 2025-11-01
  When a note of the visit of Cara is written
  And at 2026-03-02T15:05:00Z
  Then mail to Cara@example.org about autoInvitation

Scenario: An end-dated client is not invited automatically until the date is gone
  Seeds: S2 L3; S4 L45; T8
  Given Cara is a client
  And Ana: EnableAutoInvite
  And Ana: SetClientEndDate {clientId: $Cara, endDate: 2026-03-01}
  When Cara was seen, noted and signed
  Then Ana asks AutoInviteQueue {} -> [{clientId: $Cara, state: withheld,
    reasons: [clientEndDated]}]
  When Ana: RemoveClientEndDate {clientId: $Cara}
  And at 2026-03-02T15:05:00Z
  Then mail to Cara@example.org about autoInvitation

Scenario: Merged records keep one account, and the other's address is free
  Seeds: I10; domain 5 row 50
  Given Cara is a client
  And Dora is a client
  And there is a letter with everything
  And Cara has an active account
  And Dora has an active account
  Then Ana: MergeClientRecords {survivor: $Cara, merged: $Dora} -> refused _
  And Ana: MergeClientRecords {survivor: $Cara, merged: $Dora, keepAccountId: $Ana} -> refused _
  When Ana: MergeClientRecords {survivor: $Cara, merged: $Dora, keepAccountId: $Cara.account}
    -> ... ClientRecordsMerged
  Then Cara signs in
  And someone: SignIn {email: Dora@example.org, password: open sesame 1}
    -> refused signInRefused + something
  And Ana asks ClientCard {clientId: $Dora} -> {recordStatus: merged}
  And Ana: MergeClientRecords {survivor: $Cara, merged: $Dora} -> refused _

Scenario: The account that is named survives the merge, and is the survivor's from then on
  Seeds: I10; domain 5 row 50
  Given Cara is a client
  And Dora is a client
  And there is a letter with everything
  And Cara has an active account
  And Dora has an active account
  When Ana: MergeClientRecords {survivor: $Cara, merged: $Dora, keepAccountId: $Dora.account}
    -> ... ClientRecordsMerged
  Then someone: SignIn {email: Dora@example.org, password: open sesame 1} -> accepted
  And someone: SignIn {email: Cara@example.org, password: open sesame 1}
    -> refused signInRefused + something
  And the state of Cara is Active
  When Ana: DisablePatientProfileAccount {accountId: $Dora.account}
  Then the state of Cara is Disabled
  And Ana: EnablePatientProfileAccount {accountId: $Cara.account} -> refused alreadyMerged

Scenario: The trail can be searched
  Seeds: domain 4.2 AuditTrail
  Given Cara is a client
  And Ben is a member of staff
  And at 2026-03-05T15:00:00Z
  And Ana: ChangeClientPhone {clientId: $Cara, new: "555 0188 000"}
  And Ben: ChangeClientPhone {clientId: $Cara, new: "555 0188 001"} -> refused notPermitted
  Then operator asks AuditTrail {clientId: $Cara} -> [{type: ClientRegistered.v1},
    {type: ClientPhoneChanged.v1, actor: staff/$Ana}]
  And operator asks AuditTrail {actor: staff/$Ben} -> [{type: CommandRefused.v1}]
  And operator asks AuditTrail {type: ClientPhoneChanged.v1} -> [{actor: staff/$Ana}]
  And operator asks AuditTrail {clientId: $Cara, from: 2026-03-04T00:00:00Z}
    -> [{type: ClientPhoneChanged.v1}]
  And operator asks AuditTrail {clientId: $Cara, to: 2026-03-04T00:00:00Z}
    -> [{type: ClientRegistered.v1}]
  And operator asks AuditTrail {clientId: $Ana} -> refused notFound

Scenario: Staff with a grant read, staff without do not
  Seeds: S0 L30; pinned down 13
  Given Cara is a client
  And Cara has a profile of the organisation
  And Ben is a member of staff
  And Cleo is a member of staff who may workOnProfile
  And Ana: AddRecordResource {clientId: $Cara, kind: visit, content: {place: At home}}
  Then Ben asks RecordResources {profileId: $Cara.profile} -> refused notPermitted
  And Cleo asks RecordResources {profileId: $Cara.profile} -> [{kind: visit}]
  And someone asks RecordResources {profileId: $Cara.profile} -> refused notPermitted
  And operator asks RecordResources {profileId: $Cara.profile} -> [{kind: visit}]

Scenario: A year in the life of a portal
  Seeds: S0 L26-32; S1 L47-62; S2 L9; S3 L11-33; S4 L33-49
  Given there is a letter with everything
  And there is a mail template for the family portal
  And there is a role family
  And profiles may be made before acceptance
  And Cara is a client
  And Ana: EnableAutoInvite
  And Cara was seen on 2026-03-02
  And a note of the visit of Cara is written
  And Ana invites Cara with the box ticked
  And Paul is a contact of Cara
  And Paul gets access to Cara as family
  When at 2026-03-09T16:00:00Z
  Then Ana asks Invitations {kind: familyPortal} -> [{state: expired}]
  When Ana: ResendInvitation {invitationId: $Paul.invitation}
  And mail to Paul@example.org about familyPortalAccess: Paul.temporary = temporaryPassword
  And Paul signs in for the first time
  And the store is reopened at 2026-03-20T15:00:00Z
  Then Ana asks Invitations {kind: ownership} -> [{state: expired}]
  When Ana: ResendInvitation {invitationId: $Cara.invitation}
  And mail to Cara@example.org about clientInvitation: Cara.token = invitationLink
  And Cara accepts
  And Cara: GrantProfessionalAccess {profileId: $Cara.profile, subject: staff/$Ana}
    -> refused alreadyHasAccess
  And at 2026-04-05T15:00:00Z
  Then Ana asks Invitations {kind: auto} -> empty
  When Ana: SendPatientMessage {clientId: $Cara, body: "Time for your check"} (T = threadId)
  And Cara: SendPatientMessage {clientId: $Cara, threadId: $T, body: "I shall come"}
  And Ana: ChangeRecordStatus {clientId: $Cara, status: inactive}
  Then the state of Cara is Disabled
  And Cara cannot sign in
  When Ana: ChangeRecordStatus {clientId: $Cara, status: active}
  And Ana: EnablePatientProfileAccount {accountId: $Cara.account}
  And Cara signs in
  And Ana: SetClientEndDate {clientId: $Cara, endDate: 2026-12-31}
  And the store is reopened at 2027-01-02T15:00:00Z
  Then Cara cannot sign in
  And Paul may see nothing of Cara
  And Ana asks MessageThreads {clientId: $Cara} -> [{readOnly: true}]
  And operator asks ProfileState {profileId: $Cara.profile} -> {ownership: owned}
  And Ana asks ActivityLog {clientId: $Cara} -> contains [{label: Patient Account Onboarded},
    {label: Patient User Successfully Registered}, {label: Patient Access Granted},
    {label: Patient Account Disabled Automatically},
    {label: Patient Account Disabled Automatically}]
