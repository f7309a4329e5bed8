Scenario: One contact, two clients
  Seeds: S3 L1-2, L22-26, L34; scenario 22
  Given the family portal is ready for Cara
  And Dora is a client
  And Dora has a profile of the organisation
  And Paul is a contact of Cara
  And Paul gets access to Cara as family
  And Ana: AddContact {clientId: $Dora, name: Paul Kinsman, relationship: brother,
    email: Paul@example.org, personId: $Paul.person} (Paul2 = contactId)
  Then Ana asks AddAccessForm {profileId: $Dora.profile, holder: contact/$Paul2}
    -> {email: Paul@example.org, locked: true}
  And Ana: AddFamilyPortalAccess {profileId: $Dora.profile, holder: contact/$Paul2,
    loginEmail: other@example.org, roleId: $physician} -> refused loginEmailFixed
  When Ana: AddFamilyPortalAccess {profileId: $Dora.profile, holder: contact/$Paul2,
    loginEmail: Paul@example.org, roleId: $physician}
    (Paul.grant2 = grantId, Paul.account = accountId)
  And mail to Paul@example.org about familyPortalAccess: Paul.temporary = temporaryPassword
  And Paul signs in for the first time
  Then operator asks MultiProfileAccess {accountId: $Paul.account} -> contains [
    {clientId: $Cara, roleId: $family, state: active}]
    and contains [{clientId: $Dora, roleId: $physician, state: active}]
  And Paul may see [profile, messages] of Cara
  And Ana asks ManageAccess {profileId: $Cara.profile, holder: contact/$Paul.contact}
    -> {loginEmail: Paul@example.org, grants: [{clientId: any}, {clientId: any}]}
  And Ana asks ManageAccess {profileId: $Dora.profile, holder: contact/$Paul2}
    -> {grants: [{clientId: any}, {clientId: any}]}
  And Ana asks ContactList {clientId: $Cara} -> [{contactId: $Paul.contact, portalRole: family,
    lastFamilyPortalSignIn: 2026-03-02T15:00:00Z}]
  And Ana asks ContactList {clientId: $Dora} -> [{contactId: $Paul2, portalRole: physician}]

Scenario: Only a contact of the client gets access
  Seeds: S3 L1; S3-02
  Given the family portal is ready for Cara
  And Dora is a client
  And Paul is a contact of Dora
  Then Ana: AddFamilyPortalAccess {profileId: $Cara.profile, holder: contact/$Paul.contact,
    loginEmail: Paul@example.org, roleId: $family} -> refused notAContactOfClient
  And no new mail

Scenario: The invitation carries a temporary password
  Seeds: S3 L11, L25; S3-18
  Given the family portal is ready for Cara
  And Paul is a contact of Cara
  When Ana: AddFamilyPortalAccess {profileId: $Cara.profile, holder: contact/$Paul.contact,
    loginEmail: Paul@example.org, roleId: $family}
    (Paul.grant = grantId, Paul.account = accountId, Paul.invitation = invitationId)
    -> ... FamilyPortalAccessAdded, TemporaryPasswordIssued, PortalInvitationSent
  Then the new mails go to paul@example.org
  And Ana asks AccessGrants {profileId: $Cara.profile} -> contains {grantId: $Paul.grant,
    state: invited, roleId: $family}
  And Ana asks Invitations {kind: familyPortal} -> [{invitationId: $Paul.invitation,
    state: pending}]
  And Ana asks ContactList {clientId: $Cara} -> [{portalRole: family,
    lastFamilyPortalSignIn: null}]
  When mail to Paul@example.org about familyPortalAccess: Paul.temporary = temporaryPassword
  And someone: SignIn {email: PAUL@example.org, password: $Paul.temporary}
    (Paul.account = accountId) -> {mustSetPassword: true}
  Then Paul asks ProfileState {profileId: $Cara.profile} -> refused passwordMustBeSet
  And Paul: SetPassword {password: short} -> refused weakPassword
  And Paul: SetPassword {password: $Paul.temporary} -> refused weakPassword
  When Paul: SetPassword {password: open sesame 1} -> PasswordSet
  Then someone: SignIn {email: Paul@example.org, password: $Paul.temporary}
    -> refused signInRefused + SignInRefused
  And Paul signs in
  And Ana asks AccessGrants {profileId: $Cara.profile} -> contains {grantId: $Paul.grant,
    state: active}
  And Ana asks Invitations {kind: familyPortal} -> [{state: accepted}]

Scenario: No access without a mail template of the organisation
  Seeds: S3 L11; S3-19
  Given there is a role family
  And Cara is a client
  And Cara has a profile of the organisation
  And Paul is a contact of Cara
  Then Ana: AddFamilyPortalAccess {profileId: $Cara.profile, holder: contact/$Paul.contact,
    loginEmail: Paul@example.org, roleId: $family} -> refused noEmailTemplate
  And no new mail

Scenario: A role is needed, known and not retired
  Seeds: S3 L10, L24; S3-15, S3-16; invariant 5
  Given the family portal is ready for Cara
  And Paul is a contact of Cara
  Then Ana: AddFamilyPortalAccess {profileId: $Cara.profile, holder: contact/$Paul.contact,
    loginEmail: Paul@example.org} -> refused roleRequired
  And Ana: AddFamilyPortalAccess {profileId: $Cara.profile, holder: contact/$Paul.contact,
    loginEmail: Paul@example.org, roleId: $Cara} -> refused unknownRole
  When Ana: RetirePortalRole {roleId: $family} (family = roleId) -> PortalRoleRetired
  Then Ana: AddFamilyPortalAccess {profileId: $Cara.profile, holder: contact/$Paul.contact,
    loginEmail: Paul@example.org, roleId: $family} -> refused roleRetired
  And Ana asks AddAccessForm {profileId: $Cara.profile, holder: contact/$Paul.contact}
    -> {email: Paul@example.org, locked: false}

Scenario: A role in use cannot be retired
  Seeds: S3 L10; domain 4.1
  Given the family portal is ready for Cara
  And Paul is a contact of Cara
  And Paul gets access to Cara as family
  Then Ana: RetirePortalRole {roleId: $family} -> refused roleInUse
  When Ana: RemoveFamilyPortalAccess {grantId: $Paul.grant, confirmed: true}
  Then Ana: RetirePortalRole {roleId: $family} -> accepted

Scenario: One address, one user: a contact cannot have the client's
  Seeds: S3 L2, L8, L21; S3-12, S3-31
  Given the family portal is ready for Cara
  And Cara gets access to their own profile as family
  And Paul is a contact of Cara
  Then Ana: AddFamilyPortalAccess {profileId: $Cara.profile, holder: contact/$Paul.contact,
    loginEmail: CARA@example.org, roleId: $family} -> refused loginEmailInUse
  When Ana: AddFamilyPortalAccess {profileId: $Cara.profile, holder: contact/$Paul.contact,
    loginEmail: Paul@example.org, roleId: $family} -> accepted
  Then Ana: ChangeClientEmail {clientId: $Cara, new: PAUL@example.org} -> refused loginEmailInUse
  And Ana asks ClientCard {clientId: $Cara} -> {email: Cara@example.org}

Scenario: The client's own access: button, prefill, and once only
  Seeds: S3 L7-9; S3-08, S3-10
  Given the family portal is ready for Cara
  Then Ana may "Add Family Portal Access" for Cara
  And Ana may not "Manage Family Portal Access" for Cara
  And Ana asks AddAccessForm {profileId: $Cara.profile, holder: client/$Cara}
    -> {email: Cara@example.org, locked: false, roles: any}
  When Cara gets access to their own profile as family
  Then Ana may not "Add Family Portal Access" for Cara
  And Ana may "Manage Family Portal Access" for Cara
  And Ana may "Resend invite" for Cara
  And Ana: AddFamilyPortalAccess {profileId: $Cara.profile, holder: client/$Cara,
    loginEmail: Cara@example.org, roleId: $family} -> refused alreadyHasAccess
  And Ana asks ManageAccess {profileId: $Cara.profile, holder: client/$Cara}
    -> {loginEmail: Cara@example.org}
  And Ana asks ActivityLog {clientId: $Cara} -> contains {label: "Patient Account Onboarded"}

Scenario: The invite can be sent to another address than the chart's
  Seeds: S3 L8; S3-11
  Given the family portal is ready for Cara
  When Ana: AddFamilyPortalAccess {profileId: $Cara.profile, holder: client/$Cara,
    loginEmail: cara.private@example.org, roleId: $family} (Cara.account = accountId)
  Then the new mails go to cara.private@example.org
  # The demographics address wins as soon as it is changed.
  When Ana: ChangeClientEmail {clientId: $Cara, new: cara.new@example.org}
    -> ... ClientEmailChanged, LoginEmailChanged
  Then Ana asks ManageAccess {profileId: $Cara.profile, holder: client/$Cara}
    -> {loginEmail: cara.new@example.org}

Scenario: Resend until the first sign-in, and the old password is dead
  Seeds: S3 L12, L27; S3-22; A-13; T1
  Given the family portal is ready for Cara
  And Paul is a contact of Cara
  And Paul gets access to Cara as family
  When Ana: ResendInvitation {invitationId: $Paul.invitation} -> ... PortalInvitationResent
  Then the new mails go to paul@example.org
  And someone: SignIn {email: Paul@example.org, password: $Paul.temporary}
    -> refused signInRefused + SignInRefused
  When mail to Paul@example.org about familyPortalAccess: Paul.temporary = temporaryPassword
  And Paul signs in for the first time
  Then Ana: ResendInvitation {invitationId: $Paul.invitation} -> refused alreadySignedIn
  And Ana asks AvailableActions {clientId: $Cara}
    -> lacks {label: Resend invite, contactId: $Paul.contact}
    and contains {label: Manage Family Portal Access, contactId: $Paul.contact}

Scenario: A temporary password ends after its days
  Seeds: S3 L11; A-25; domain 2.5
  Given the family portal is ready for Cara
  And Paul is a contact of Cara
  And Paul gets access to Cara as family
  When at 2026-03-09T14:59:59Z -> nothing
  And at 2026-03-09T15:00:00Z -> ... InvitationExpired
  Then someone: SignIn {email: Paul@example.org, password: $Paul.temporary}
    -> refused signInRefused + SignInRefused
  And operator asks AuditTrail {clientId: $Cara, type: SignInRefused.v1}
    -> [{type: SignInRefused.v1}]
  And Ana asks Invitations {kind: familyPortal} -> [{state: expired}]
  When Ana: ResendInvitation {invitationId: $Paul.invitation}
  And mail to Paul@example.org about familyPortalAccess: Paul.temporary = temporaryPassword
  Then Paul signs in for the first time

Scenario: Roles are per profile and can be changed
  Seeds: S3 L16-17, L29-30; S3-26
  Given the family portal is ready for Cara
  And Ana: DefinePortalRole {name: reader, permissions: [letters]} (reader = roleId)
  And Paul is a contact of Cara
  And Paul gets access to Cara as family
  And Paul signs in for the first time
  When Ana: ChangeAccessRole {grantId: $Paul.grant, roleId: $reader} -> AccessRoleChanged
  Then Paul may see [letters] of Cara
  And Ana asks ContactList {clientId: $Cara} -> [{portalRole: reader}]
  And Ana: ChangeAccessRole {grantId: $Paul.grant, roleId: $Cara} -> refused unknownRole
  When Ana: ChangePortalRole {roleId: $reader, name: reader, permissions: [letters, documents]}
    -> PortalRoleChanged
  Then Paul may see [letters, documents] of Cara

Scenario: Removing asks for confirmation, then shuts at once
  Seeds: S3 L18-19, L31-32; S3-27; T5
  Given the family portal is ready for Cara
  And Paul is a contact of Cara
  And Paul gets access to Cara as family
  And Paul signs in for the first time
  And Paul asks PatientPortalContent {accountId: $Paul.account, profileId: $Cara.profile}
    -> {clientId: $Cara}
  Then Ana: RemoveFamilyPortalAccess {grantId: $Paul.grant} -> refused confirmationRequired
  And Ana: RemoveFamilyPortalAccess {grantId: $Paul.grant, confirmed: false}
    -> refused confirmationRequired
  When Ana: RemoveFamilyPortalAccess {grantId: $Paul.grant, confirmed: true}
    -> ... FamilyPortalAccessRemoved
  Then Paul may see nothing of Cara
  And Paul asks PatientPortalContent {accountId: $Paul.account, profileId: $Cara.profile}
    -> refused _
  And someone: SignIn {email: Paul@example.org, password: open sesame 1}
    -> refused signInRefused + SignInRefused
  And Ana: RemoveFamilyPortalAccess {grantId: $Paul.grant, confirmed: true}
    -> refused accessRemoved
  And Ana: ChangeAccessRole {grantId: $Paul.grant, roleId: $physician} -> refused accessRemoved
  And Ana: ResendInvitation {invitationId: $Paul.invitation} -> refused _ + something

Scenario: Removed before the first sign-in, the temporary password lets nobody in
  Seeds: S3 L18-19; invariant 12; T5
  Given the family portal is ready for Cara
  And Paul is a contact of Cara
  And Paul gets access to Cara as family
  When Ana: RemoveFamilyPortalAccess {grantId: $Paul.grant, confirmed: true}
  Then someone: SignIn {email: Paul@example.org, password: $Paul.temporary}
    -> refused signInRefused + SignInRefused
  And Ana: ResendInvitation {invitationId: $Paul.invitation} -> refused accessRemoved

Scenario: Access that is added again uses the same account, and its address is free to choose
  Seeds: S3 L9, L23; A-38
  Given the family portal is ready for Cara
  And Paul is a contact of Cara
  And Paul gets access to Cara as family
  And Paul signs in for the first time
  And $Paul.account is called Before
  And Ana: RemoveFamilyPortalAccess {grantId: $Paul.grant, confirmed: true}
  Then Ana asks AddAccessForm {profileId: $Cara.profile, holder: contact/$Paul.contact}
    -> {locked: false}
  And Ana asks AvailableActions {clientId: $Cara}
    -> contains {label: Add Family Portal access, contactId: $Paul.contact}
  When Ana: AddFamilyPortalAccess {profileId: $Cara.profile, holder: contact/$Paul.contact,
    loginEmail: paul.new@example.org, roleId: $physician} -> {ids: {accountId: $Before}}
  Then someone: SignIn {email: paul.new@example.org, password: open sesame 1} -> accepted
  And Paul may see [profile, messages] of Cara

Scenario: Disabling a contact takes the contact's access, and only to this client
  Seeds: S3 L33; A-12; T6
  Given the family portal is ready for Cara
  And Dora is a client
  And Dora has a profile of the organisation
  And Paul is a contact of Cara
  And Paul gets access to Cara as family
  And Paul signs in for the first time
  And Ana: AddContact {clientId: $Dora, name: Paul Kinsman, relationship: brother,
    email: Paul@example.org, personId: $Paul.person} (Paul2 = contactId)
  And Ana: AddFamilyPortalAccess {profileId: $Dora.profile, holder: contact/$Paul2,
    loginEmail: Paul@example.org, roleId: $physician} (Paul.grant2 = grantId)
  Then Ana: DisableContact {contactId: $Paul.contact, confirmed: false}
    -> refused confirmationRequired
  When Ana: DisableContact {contactId: $Paul.contact, confirmed: true}
    -> ... ContactDisabled, FamilyPortalAccessRemoved
  Then Paul may see nothing of Cara
  And Paul may see [profile, messages] of Dora
  And Paul signs in
  And Ana asks ContactList {clientId: $Cara} -> [{enabled: false, portalRole: null}]
  And Ana: AddFamilyPortalAccess {profileId: $Cara.profile, holder: contact/$Paul.contact,
    loginEmail: Paul@example.org, roleId: $family} -> refused contactDisabled
  When Ana: EnableContact {contactId: $Paul.contact} -> ContactEnabled
  Then Paul may see nothing of Cara
  And Ana: AddFamilyPortalAccess {profileId: $Cara.profile, holder: contact/$Paul.contact,
    loginEmail: Paul@example.org, roleId: $family} -> accepted
  And Paul may see [profile, messages] of Cara

Scenario: Disabling a contact without access needs no confirmation
  Seeds: S3 L33; S3-41
  Given the family portal is ready for Cara
  And Paul is a contact of Cara
  Then Ana: DisableContact {contactId: $Paul.contact, confirmed: false} -> ContactDisabled

Scenario: Without the right the options are neither seen nor allowed
  Seeds: S3 L4-5; S3-06
  Given the family portal is ready for Cara
  And Paul is a contact of Cara
  And Ben is a member of staff
  And Cleo is a member of staff who may manageFamilyPortalAccess
  Then Ben asks AvailableActions {clientId: $Cara} -> lacks {label: Add Family Portal Access}
  And Cleo asks AvailableActions {clientId: $Cara}
    -> contains {label: Add Family Portal Access}
    and contains {label: Add Family Portal access, contactId: $Paul.contact}
  And Ben: AddFamilyPortalAccess {profileId: $Cara.profile, holder: contact/$Paul.contact,
    loginEmail: Paul@example.org, roleId: $family} -> refused notPermitted
  And Cleo: AddFamilyPortalAccess {profileId: $Cara.profile, holder: contact/$Paul.contact,
    loginEmail: Paul@example.org, roleId: $family} (Paul.grant = grantId) -> accepted
  And Ben: ChangeAccessRole {grantId: $Paul.grant, roleId: $physician} -> refused notPermitted
  And Ben: RemoveFamilyPortalAccess {grantId: $Paul.grant, confirmed: true}
    -> refused notPermitted
  And Ben: DisableContact {contactId: $Paul.contact, confirmed: true} -> refused notPermitted
  And Ben: DefinePortalRole {name: boss, permissions: [profile]} -> refused notPermitted

Scenario: The login address of a contact is changed in Manage access
  Seeds: S3 L28; S3-38
  Given the family portal is ready for Cara
  And Paul is a contact of Cara
  And Paul gets access to Cara as family
  And Paul signs in for the first time
  And Rita is a contact of Cara
  And Rita gets access to Cara as family
  Then Ana: ChangeLoginEmail {accountId: $Paul.account, new: rita@example.org}
    -> refused loginEmailInUse
  When Ana: ChangeLoginEmail {accountId: $Paul.account, new: paul.new@example.org}
    -> ... LoginEmailChanged
  Then Paul asks MultiProfileAccess {accountId: $Paul.account} -> refused sessionEnded
  And someone: SignIn {email: Paul@example.org, password: open sesame 1}
    -> refused signInRefused + UnknownSignInAttempt
  And someone: SignIn {email: paul.new@example.org, password: open sesame 1} -> accepted
  And Paul asks MultiProfileAccess {accountId: $Paul.account} -> [{clientId: $Cara, state: active}]
  And Ana asks ManageAccess {profileId: $Cara.profile, holder: contact/$Paul.contact}
    -> {loginEmail: paul.new@example.org}

Scenario: The client's login follows the demographics
  Seeds: S3 L14; S3-24; A-19
  Given Cara is a client
  And there is a letter with everything
  And Cara has an active account
  When Ana: ChangeClientEmail {clientId: $Cara, new: cara.new@example.org}
    -> ... ClientEmailChanged, LoginEmailChanged
  Then someone: SignIn {email: cara.new@example.org, password: open sesame 1} -> accepted
  And someone: SignIn {email: Cara@example.org, password: open sesame 1}
    -> refused signInRefused + UnknownSignInAttempt
  # The old address is free for somebody else.
  And Dora is a client
  And Ana sends credentials to Dora
  And someone: RegisterPatientUser {patientIdNumber: N-Dora, activationCode: $Dora.code,
    dateOfBirth: 1980-02-29, email: Cara@example.org, password: open sesame 1} -> accepted

Scenario: A client who is another client's contact keeps one account
  Seeds: S3 L1, L9, L15; S3-03, S3-13, S3-14
  Given the family portal is ready for Cara
  And Dora is a client
  And there is a letter with everything
  And Dora has an active account
  And Ana: AddContact {clientId: $Cara, name: Dora Laneway, relationship: mother,
    email: Dora@example.org, personId: $Dora} (Dora.contact = contactId)
  Then Ana asks AddAccessForm {profileId: $Cara.profile, holder: contact/$Dora.contact}
    -> {email: Dora@example.org, locked: true}
  And Ana: AddFamilyPortalAccess {profileId: $Cara.profile, holder: contact/$Dora.contact,
    loginEmail: other@example.org, roleId: $family} -> refused loginEmailFixed
  When Ana: AddFamilyPortalAccess {profileId: $Cara.profile, holder: contact/$Dora.contact,
    loginEmail: Dora@example.org, roleId: $family} -> {ids: {accountId: $Dora.account}}
  Then Dora signs in
  And Dora may see [profile, messages] of Cara
  And operator asks MultiProfileAccess {personId: $Dora} -> contains {clientId: $Cara}

Scenario: Access ends with the rejection and returns with the re-invitation, for contacts too
  Seeds: S0 L28; S3 L1; scenario 5; T5
  Given there is a mail template for the family portal
  And there is a role family
  And profiles may be made before acceptance
  And Cara is a client
  And Ana invites Cara with the box ticked
  And Paul is a contact of Cara
  And Paul gets access to Cara as family
  And Paul signs in for the first time
  And Rita is a contact of Cara
  And Rita gets access to Cara as family
  And Ana: DisableContact {contactId: $Rita.contact, confirmed: true}
  And Paul may see [profile, messages] of Cara
  When Cara rejects
  Then Paul may see nothing of Cara
  And Paul asks PatientPortalContent {accountId: $Paul.account, profileId: $Cara.profile}
    -> refused accessRemovedByRejection
  When Ana invites Cara again
  Then Paul may see [profile, messages] of Cara
  And Paul signs in
  And Rita may see nothing of Cara

Scenario: Staff manage no access on a profile that its owner controls
  Seeds: S0 L10, L26; S3 L4; A-15; invariant 8
  Given there is a mail template for the family portal
  And there is a role family
  And Cara is a client
  And Ana invites Cara without the box ticked
  And Cara accepts
  And Paul is a contact of Cara
  Then Ana: AddFamilyPortalAccess {profileId: $Cara.profile, holder: contact/$Paul.contact,
    loginEmail: Paul@example.org, roleId: $family} -> refused onlyOwnerControlsAccess
  And Ana asks AvailableActions {clientId: $Cara}
    -> lacks {label: Add Family Portal access, contactId: $Paul.contact}

Scenario: A locked door stays locked for a disabled account
  Seeds: S3 L12; S1 L57; invariants 11, 12
  Given the family portal is ready for Cara
  And Cara gets access to their own profile as family
  And Ana: ChangeRecordStatus {clientId: $Cara, status: deceased}
  Then Ana: ResendInvitation {invitationId: $Cara.invitation} -> refused accountDisabled
  And someone: SignIn {email: Cara@example.org, password: $Cara.temporary}
    -> refused signInRefused + SignInRefused
  And no new mail

Scenario: A second access before the first sign-in replaces the temporary password
  Seeds: S3 L11, L22-23; pinned down 6
  Given the family portal is ready for Cara
  And Dora is a client
  And Dora has a profile of the organisation
  And Paul is a contact of Cara
  And Paul gets access to Cara as family
  And $Paul.temporary is called Old
  And Ana: AddContact {clientId: $Dora, name: Paul Kinsman, relationship: brother,
    email: Paul@example.org, personId: $Paul.person} (Paul2 = contactId)
  When Ana: AddFamilyPortalAccess {profileId: $Dora.profile, holder: contact/$Paul2,
    loginEmail: Paul@example.org, roleId: $physician}
  And mail to Paul@example.org about familyPortalAccess: Paul.temporary = temporaryPassword
  Then someone: SignIn {email: Paul@example.org, password: $Old}
    -> refused signInRefused + SignInRefused
  When Paul signs in for the first time
  Then operator asks MultiProfileAccess {accountId: $Paul.account}
    -> [{state: active}, {state: active}]

Scenario: A further access for somebody who has signed in brings no new password
  Seeds: S3 L9, L23; pinned down 6
  Given the family portal is ready for Cara
  And Dora is a client
  And Dora has a profile of the organisation
  And Paul is a contact of Cara
  And Paul gets access to Cara as family
  And Paul signs in for the first time
  And Ana: AddContact {clientId: $Dora, name: Paul Kinsman, relationship: brother,
    personId: $Paul.person} (Paul2 = contactId)
  When Ana: AddFamilyPortalAccess {profileId: $Dora.profile, holder: contact/$Paul2,
    loginEmail: Paul@example.org, roleId: $physician}
  Then operator asks AuditTrail {type: TemporaryPasswordIssued.v1} -> [{sequence: any}]
  And Paul signs in
  And Paul may see [profile, messages] of Dora

Scenario: What a portal user can see is what the role lets see
  Seeds: S3 L10, L24; S3-17
  Given the family portal is ready for Cara
  And Ana: DefinePortalRole {name: medic, permissions: [medications]} (medic = roleId)
  And Ana: AddRecordResource {profileId: $Cara.profile, kind: medication,
    content: {name: Insulin}, structured: true}
  And Ana: AddRecordResource {profileId: $Cara.profile, kind: condition,
    content: {name: Diabetes}, structured: true}
  And Paul is a contact of Cara
  And Paul gets access to Cara as medic
  And Paul signs in for the first time
  Then Paul asks PatientPortalContent {accountId: $Paul.account, profileId: $Cara.profile}
    -> {medications: [{content: {name: Insulin}}], conditions: null, messages: null}

Scenario: Two people of one name are told apart by their ids
  Seeds: S3 L1; A-10
  Given the family portal is ready for Cara
  And Paul is a contact of Cara
  And Ana: AddContact {clientId: $Cara, name: Paul Kinsman, relationship: son} (Paul3 = contactId)
  And Paul gets access to Cara as family
  Then Ana asks ContactList {clientId: $Cara} -> contains {contactId: $Paul3, portalRole: null}
  And Ana: AddFamilyPortalAccess {profileId: $Cara.profile, holder: contact/$Paul3,
    loginEmail: Paul@example.org, roleId: $family} -> refused loginEmailInUse

Scenario: An address is asked for before it is mailed to
  Seeds: S3 L8; domain 4.1
  Given the family portal is ready for Cara
  And Paul is a contact of Cara
  Then Ana: AddFamilyPortalAccess {profileId: $Cara.profile, holder: contact/$Paul.contact,
    loginEmail: nonsense, roleId: $family} -> refused invalidInput loginEmail
  And Ana: AddFamilyPortalAccess {profileId: $Cara.profile, holder: contact/$Paul.contact,
    roleId: $family} -> refused invalidInput loginEmail
  And Ana: AddFamilyPortalAccess {profileId: $Cara.profile, holder: staff/$Ana,
    loginEmail: Paul@example.org, roleId: $family} -> refused invalidInput holder
  And Ana: AddFamilyPortalAccess {profileId: $Paul.contact, holder: contact/$Paul.contact,
    loginEmail: Paul@example.org, roleId: $family} -> refused notFound
