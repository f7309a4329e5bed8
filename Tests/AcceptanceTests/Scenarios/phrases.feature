# Sentences that stand for several steps. Every scenario begins with the organisation Riverside in
# New York, with Ana, who may do everything, and with the clock at 2026-03-02T15:00:00Z, which is
# ten o'clock in the morning there.

Phrase: <who> is a client
  * <who> is a client born 1980-02-29

Phrase: <who> is a client born <date>
  * Ana: RegisterClient {patientIdNumber: N-<who>, givenName: <who>, familyName: Laneway,
      dateOfBirth: <date>, email: <who>@example.org, phone: "(555) 010-0200"} (<who> = clientId)

Phrase: <who> is a member of staff
  * Ana: AddStaffMember {name: <who> Stafford, email: <who>@example.org} (<who> = staffId)

Phrase: <who> is a member of staff who may <permission>
  * <who> is a member of staff
  * Ana: GrantStaffPermission {staffId: $<who>, permission: <permission>}

Phrase: profiles may be made before acceptance
  * Ana: TurnOnProfileBeforeAcceptance

Phrase: Ana invites <who> with the box ticked
  * Ana: InviteClient {clientId: $<who>, createProfileBeforeAcceptance: true}
      (<who>.invitation = invitationId, <who>.profile = profileId)
  * mail to <who>@example.org about clientInvitation: <who>.token = invitationLink

Phrase: Ana invites <who> without the box ticked
  * Ana: InviteClient {clientId: $<who>, createProfileBeforeAcceptance: false}
      (<who>.invitation = invitationId)
  * mail to <who>@example.org about clientInvitation: <who>.token = invitationLink

Phrase: Ana invites <who> again
  * Ana: ReInviteClient {clientId: $<who>, createProfileBeforeAcceptance: true}
      (<who>.invitation = invitationId)
  * mail to <who>@example.org about clientInvitation: <who>.token = invitationLink

Phrase: <who> accepts
  * someone: AcceptInvitation {token: $<who>.token, capacity: self, password: open sesame 1}
      (<who>.account = accountId, <who>.profile = profileId)

Phrase: <who> rejects
  * someone: RejectInvitation {token: $<who>.token}

Phrase: there is a letter with everything
  * Ana: CreateLetterTemplateBase {name: Base, body: "{{body}}",
      wordFile: {fileName: letter.docx, content: $WordFile}} (Base = baseId)
  * Ana: CreateLetterTemplate {object: patientProfile, baseId: $Base, name: Letter,
      body: "Dear {{clientName}}", parts: [patientIdNumber, activationCode, registrationLink]}
      (Letter = templateId)

Phrase: Ana sends credentials to <who>
  * Ana: CreatePatientPortalCredentials {clientId: $<who>, expiryDate: 2026-03-31,
      distribution: now} (<who>.account = accountId, <who>.credential = credentialId)
  * letter to $<who>: <who>.code = activationCode

Phrase: Ana distributes credentials to <who> until <date>
  * Ana: DistributePatientProfileCredentials {clientId: $<who>, templateIds: [$Letter],
      channel: post, expiryDate: <date>} (<who>.credential = credentialId)
  * letter to $<who>: <who>.code = activationCode

Phrase: <who> registers
  * someone: RegisterPatientUser {patientIdNumber: N-<who>, activationCode: $<who>.code,
      dateOfBirth: 1980-02-29, email: <who>@example.org, password: open sesame 1}
  * mail to <who>@example.org about emailConfirmation: <who>.confirmation = confirmationLink

Phrase: <who> tries to register with the code <code> and the birthday <date>
  * someone: RegisterPatientUser {patientIdNumber: N-<who>, activationCode: <code>,
      dateOfBirth: <date>, email: <who>@example.org, password: open sesame 1}
      -> refused registrationRefused + something

Phrase: <who> confirms
  * someone: ConfirmEmail {token: $<who>.confirmation}

Phrase: <who> has an active account
  * Ana sends credentials to <who>
  * <who> registers
  * <who> confirms

Phrase: <who> signs in
  * someone: SignIn {email: <who>@example.org, password: open sesame 1} (<who>.account = accountId)

Phrase: <who> cannot sign in
  * someone: SignIn {email: <who>@example.org, password: open sesame 1}
      -> refused signInRefused + SignInRefused

Phrase: the state of <who> is <state>
  * Ana asks PatientUserState {clientId: $<who>} -> {state: <state>}

Phrase: Ana may <label> for <who>
  * Ana asks AvailableActions {clientId: $<who>} -> contains {label: "<label>"}

Phrase: Ana may not <label> for <who>
  * Ana asks AvailableActions {clientId: $<who>} -> lacks {label: "<label>"}

Phrase: the last refused sign-in of <who> says <reason>
  * operator asks AuditTrail {clientId: $<who>, type: SignInRefused} -> contains {detail: any}

Phrase: <who> has a profile of the organisation
  * Ana: CreateMedicalProfile {clientId: $<who>} (<who>.profile = profileId)

Phrase: there is a role <role>
  * Ana: DefinePortalRole {name: <role>, permissions: [profile, messages]} (<role> = roleId)

Phrase: there is a mail template for the family portal
  * Ana: SaveEmailTemplate {purpose: familyPortalAccess, name: Family, subject: Your access,
      body: "Your temporary password is {{temporaryPassword}}"}

Phrase: the family portal is ready for <client>
  * there is a mail template for the family portal
  * there is a role family
  * there is a role physician
  * <client> is a client
  * <client> has a profile of the organisation

Phrase: <who> is a contact of <client>
  * Ana: AddContact {clientId: $<client>, name: <who> Kinsman, relationship: sister,
      email: <who>@example.org} (<who>.contact = contactId, <who>.person = personId)

Phrase: <who> gets access to <client> as <role>
  * Ana: AddFamilyPortalAccess {profileId: $<client>.profile, holder: contact/$<who>.contact,
      loginEmail: <who>@example.org, roleId: $<role>}
      (<who>.grant = grantId, <who>.account = accountId, <who>.invitation = invitationId)
  * mail to <who>@example.org about familyPortalAccess: <who>.temporary = temporaryPassword

Phrase: <who> signs in for the first time
  * someone: SignIn {email: <who>@example.org, password: $<who>.temporary}
      (<who>.account = accountId) -> {mustSetPassword: true}
  * <who>: SetPassword {password: open sesame 1}

Phrase: <who> was seen on <date>
  * Ana: RecordEncounter {clientId: $<who>, visitDate: <date>} (<who>.encounter = encounterId)

Phrase: a note of the visit of <who> is written
  * Ana: RecordChartNote {encounterId: $<who>.encounter, content: "Blood pressure fine"}

Phrase: the visit of <who> is signed
  * Ana: SignEncounter {encounterId: $<who>.encounter}

Phrase: <who> was seen, noted and signed
  * <who> was seen on 2026-03-02
  * a note of the visit of <who> is written
  * the visit of <who> is signed

Phrase: <who> verifies who they are
  * someone: VerifyInvitedIdentity {token: $<who>.token, phone: "555-010-0200",
      dateOfBirth: 02/29/1980}

Phrase: <who> registers by the link
  * someone: RegisterByLink {token: $<who>.token, details: {givenName: <who>,
      familyName: Laneway}, password: open sesame 1} (<who>.account = accountId)

Phrase: Ana sends <who> a portal invitation
  * Ana: SendPortalInvitation {clientId: $<who>, origin: clientCard}
      (<who>.invitation = invitationId)
  * mail to <who>@example.org about portalInvitation: <who>.token = invitationLink

Phrase: <client> gets access to their own profile as <role>
  * Ana: AddFamilyPortalAccess {profileId: $<client>.profile, holder: client/$<client>,
      loginEmail: <client>@example.org, roleId: $<role>}
      (<client>.grant = grantId, <client>.account = accountId, <client>.invitation = invitationId)
  * mail to <client>@example.org about familyPortalAccess: <client>.temporary = temporaryPassword

Phrase: <who> may see <permissions> of <client>
  * operator asks EffectiveAccess {accountId: $<who>.account, profileId: $<client>.profile}
      -> {allowed: true, permissions: <permissions>}

Phrase: <who> may see nothing of <client>
  * operator asks EffectiveAccess {accountId: $<who>.account, profileId: $<client>.profile}
      -> {allowed: false}
