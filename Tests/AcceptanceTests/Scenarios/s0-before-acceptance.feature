Scenario: Work before acceptance
  Seeds: S0 L14, L19-21, L30; scenario 1
  Given Cara is a client
  And profiles may be made before acceptance
  When Ana: InviteClient {clientId: $Cara, createProfileBeforeAcceptance: true}
    (Cara.profile = profileId, Cara.invitation = invitationId)
    -> ClientInvited, MedicalProfileCreated, ProfessionalAccessGranted
  Then the new mails go to Cara@example.org
  And Ana: AddRecordResource {profileId: $Cara.profile, kind: medication,
    content: {name: Amoxicillin}} (R = resourceId) -> RecordResourceAdded
  And Ana: AddRecordResource {profileId: $Cara.profile, kind: condition, content: {name: Asthma}}
  And Ana: AddRecordResource {clientId: $Cara, kind: visit, content: {place: At home}}
  And Ana: AddRecordResource {clientId: $Cara, kind: allergy, content: {to: Peanuts}}
  And Ana asks RecordResources {profileId: $Cara.profile} -> [
    {kind: medication, content: {name: Amoxicillin}}, {kind: condition}, {kind: visit},
    {kind: allergy}]
  And Ana asks ProfileState {profileId: $Cara.profile} -> {clientId: $Cara,
    ownership: provisional, resourceCounts: {medication: 1, condition: 1, visit: 1}}
  And Ana asks ClientList -> [{clientId: $Cara, clientStatus: pendingAcceptance}]
  And Ana: ConnectPatientPortal {profileId: $Cara.profile, portal: Mercy}
    -> refused invitationNotAccepted
  And Ana may not "Connect patient portal" for Cara
  And Ana may "Revoke invitation" for Cara
  And Ana may not "Invite Client" for Cara
  When mail to Cara@example.org about clientInvitation: Cara.token = invitationLink
  And Cara accepts
  Then Ana may "Connect patient portal" for Cara
  And Ana: ConnectPatientPortal {profileId: $Cara.profile, portal: Mercy} -> PatientPortalConnected
  And Ana asks ProfileState {profileId: $Cara.profile} -> {ownership: owned, control: owner,
    connections: [{portal: Mercy}]}

Scenario: The box needs the feature, which is off until an organisation turns it on
  Seeds: S0 L7-10; pinned down 8
  Given Cara is a client
  Then Ana: InviteClient {clientId: $Cara, createProfileBeforeAcceptance: true}
    -> refused featureNotEnabled
  And no new mail
  When Ana: TurnOnProfileBeforeAcceptance -> ProfileBeforeAcceptanceTurnedOn
  And Ana invites Cara with the box ticked
  And Ana: TurnOffProfileBeforeAcceptance -> ProfileBeforeAcceptanceTurnedOff
  Then Ana asks ProfileState {profileId: $Cara.profile} -> {ownership: provisional}
  And Ana: AddRecordResource {profileId: $Cara.profile, kind: visit, content: {a: b}} -> accepted

Scenario: Without the box there is no profile until acceptance
  Seeds: S0 L21 (implied), L26; T2
  Given Cara is a client
  When Ana: InviteClient {clientId: $Cara, createProfileBeforeAcceptance: false}
    (Cara.invitation = invitationId) -> ClientInvited
  Then Ana: AddRecordResource {clientId: $Cara, kind: visit, content: {a: b}}
    -> refused profileDoesNotExist
  And Ana: ConnectPatientPortal {clientId: $Cara, portal: Mercy} -> refused profileDoesNotExist
  And Ana asks ClientList -> [{clientStatus: pendingAcceptance}]
  When mail to Cara@example.org about clientInvitation: Cara.token = invitationLink
  And someone: AcceptInvitation {token: $Cara.token, capacity: self, password: open sesame 1}
    (Cara.profile = profileId, Cara.account = accountId)
    -> ... InvitationAccepted, MedicalProfileCreated, ProfileOwnershipAssumed
  Then Ana asks ProfileState {profileId: $Cara.profile} -> {ownership: owned}
  And Ana asks ClientList -> [{clientStatus: accepted}]

Scenario: Rejecting keeps every datum and removes all access
  Seeds: S0 L28; A-01, A-27; scenario 5
  Given Cara is a client
  And profiles may be made before acceptance
  And Ana invites Cara with the box ticked
  And Ana: AddRecordResource {profileId: $Cara.profile, kind: medication, content: {name: Insulin}}
    (R = resourceId)
  When someone: RejectInvitation {token: $Cara.token} -> InvitationRejected, ProfileAccessRemoved
  Then operator asks ProfileState {profileId: $Cara.profile} -> {ownership: rejected,
    resourceCounts: {medication: 1}}
  And Ana asks ClientList -> [{clientStatus: rejected}]
  And Ana: AddRecordResource {profileId: $Cara.profile, kind: visit, content: {a: b}}
    -> refused accessRemovedByRejection
  And Ana: AmendRecordResource {resourceId: $R, content: {name: Metformin}}
    -> refused accessRemovedByRejection
  And Ana: RemoveRecordResource {resourceId: $R} -> refused accessRemovedByRejection
  And Ana: ConnectPatientPortal {profileId: $Cara.profile, portal: Mercy}
    -> refused accessRemovedByRejection
  And Ana asks RecordResources {profileId: $Cara.profile} -> refused accessRemovedByRejection
  And Ana may not "Connect patient portal" for Cara
  And Ana may not "Revoke invitation" for Cara
  And Ana may "Invite Client" for Cara

Scenario: Access comes back at the re-invitation, not only at acceptance
  Seeds: S0 L28; S0-18
  Given Cara is a client
  And profiles may be made before acceptance
  And Ana invites Cara with the box ticked
  And Ana: AddRecordResource {profileId: $Cara.profile, kind: medication, content: {name: Insulin}}
  And Cara rejects
  When Ana: ReInviteClient {clientId: $Cara, createProfileBeforeAcceptance: true}
    (Cara.invitation = invitationId) -> ClientReInvited, ProfileAccessRestored
  Then Ana asks RecordResources {profileId: $Cara.profile} -> [{content: {name: Insulin}}]
  And Ana: AddRecordResource {profileId: $Cara.profile, kind: visit, content: {a: b}} -> accepted
  And Ana asks ProfileState {profileId: $Cara.profile} -> {ownership: provisional}
  And Ana: ConnectPatientPortal {profileId: $Cara.profile, portal: Mercy}
    -> refused invitationNotAccepted
  And someone: AcceptInvitation {token: $Cara.token, capacity: self, password: open sesame 1}
    -> refused alreadyRejected
  When mail to Cara@example.org about clientInvitation: Cara.token = invitationLink
  And Cara accepts
  Then Ana asks ProfileState {profileId: $Cara.profile} -> {ownership: owned}

Scenario: Inviting a rejected client is a re-invitation
  Seeds: S0 L28; pinned down 8
  Given Cara is a client
  And profiles may be made before acceptance
  And Ana invites Cara with the box ticked
  And Cara rejects
  When Ana: InviteClient {clientId: $Cara, createProfileBeforeAcceptance: false}
    -> ClientReInvited, ProfileAccessRestored
  Then Ana: ReInviteClient {clientId: $Cara, createProfileBeforeAcceptance: false}
    -> refused invitationPending

Scenario: Only a rejected client is invited again
  Seeds: S0 L28; domain 4.1
  Given Cara is a client
  Then Ana: ReInviteClient {clientId: $Cara, createProfileBeforeAcceptance: false}
    -> refused notRejected
  When Ana invites Cara without the box ticked
  Then Ana: ReInviteClient {clientId: $Cara, createProfileBeforeAcceptance: false}
    -> refused invitationPending
  When Cara accepts
  Then Ana: ReInviteClient {clientId: $Cara, createProfileBeforeAcceptance: false}
    -> refused alreadyAccepted

Scenario: Revoking while pending deletes the profile and its data
  Seeds: S0 L32; A-03
  Given Cara is a client
  And profiles may be made before acceptance
  And Ana invites Cara with the box ticked
  And Ana: AddRecordResource {profileId: $Cara.profile, kind: medication, content: {name: Insulin}}
    (R = resourceId)
  When Ana: RevokeInvitation {invitationId: $Cara.invitation}
    -> InvitationRevoked, MedicalProfileDeleted, PersonalDataKeyDestroyed
  Then Ana asks ProfileState {profileId: $Cara.profile} -> refused notFound
  And Ana asks RecordResources {profileId: $Cara.profile} -> refused notFound
  And Ana asks AccessGrants {profileId: $Cara.profile} -> refused notFound
  And Ana: AddRecordResource {profileId: $Cara.profile, kind: visit, content: {a: b}}
    -> refused profileDoesNotExist
  And Ana: AddRecordResource {clientId: $Cara, kind: visit, content: {a: b}}
    -> refused profileDoesNotExist
  And Ana: AmendRecordResource {resourceId: $R, content: {a: b}} -> refused profileDoesNotExist
  And Ana asks ClientList -> [{clientId: $Cara, name: any, clientStatus: notInvited}]
  And Ana asks ClientCard {clientId: $Cara} -> {email: Cara@example.org, dateOfBirth: 1980-02-29}
  And someone: AcceptInvitation {token: $Cara.token, capacity: self, password: open sesame 1}
    -> refused invitationRevoked
  And someone: RejectInvitation {token: $Cara.token} -> refused invitationRevoked
  And Ana: RevokeInvitation {invitationId: $Cara.invitation} -> refused invitationRevoked
  And Ana may "Invite Client" for Cara

Scenario: After a deletion an invitation begins with a new, empty profile
  Seeds: S0 L32; T2 last row
  Given Cara is a client
  And profiles may be made before acceptance
  And Ana invites Cara with the box ticked
  And Ana: AddRecordResource {profileId: $Cara.profile, kind: medication, content: {name: Insulin}}
  And Ana: RevokeInvitation {invitationId: $Cara.invitation}
  When Ana: InviteClient {clientId: $Cara, createProfileBeforeAcceptance: true} (New = profileId)
    -> ClientInvited, MedicalProfileCreated, ProfessionalAccessGranted
  Then Ana asks ProfileState {profileId: $New} -> {resourceCounts: {}, ownership: provisional}
  And Ana asks RecordResources {profileId: $New} -> empty
  And Ana asks ProfileState {profileId: $Cara.profile} -> refused notFound

Scenario: Revoking after acceptance never deletes
  Seeds: S0 L32; S0-24
  Given Cara is a client
  And profiles may be made before acceptance
  And Ana invites Cara with the box ticked
  And Cara accepts
  Then Ana: RevokeInvitation {invitationId: $Cara.invitation} -> refused alreadyAccepted
  And Ana asks ProfileState {profileId: $Cara.profile} -> {ownership: owned}
  And Ana may not "Revoke invitation" for Cara

Scenario: Revoking after rejection never deletes
  Seeds: S0 L28, L32; S0-24
  Given Cara is a client
  And profiles may be made before acceptance
  And Ana invites Cara with the box ticked
  And Cara rejects
  Then Ana: RevokeInvitation {invitationId: $Cara.invitation} -> refused alreadyRejected
  And operator asks ProfileState {profileId: $Cara.profile} -> {ownership: rejected}

Scenario: Reject, re-invite, revoke deletes what the rejection had kept
  Seeds: S0 L28, L32; A-02
  Given Cara is a client
  And profiles may be made before acceptance
  And Ana invites Cara with the box ticked
  And Ana: AddRecordResource {profileId: $Cara.profile, kind: medication, content: {name: Insulin}}
  And Cara rejects
  And Ana invites Cara again
  When Ana: RevokeInvitation {invitationId: $Cara.invitation}
    -> InvitationRevoked, MedicalProfileDeleted, PersonalDataKeyDestroyed
  Then Ana asks ProfileState {profileId: $Cara.profile} -> refused notFound
  And Ana asks ClientList -> [{clientStatus: notInvited}]

Scenario: Revoking an invitation without a profile deletes nothing
  Seeds: S0 L21, L32; T2
  Given Cara is a client
  And Ana invites Cara without the box ticked
  When Ana: RevokeInvitation {invitationId: $Cara.invitation} -> InvitationRevoked
  Then Ana asks ClientList -> [{clientStatus: notInvited}]

Scenario: An expired invitation leaves the client pending
  Seeds: S0 L14, L30; A-25, A-26
  Given Cara is a client
  And profiles may be made before acceptance
  And Ana invites Cara with the box ticked
  When at 2026-03-16T15:00:00Z -> InvitationExpired
  Then someone: AcceptInvitation {token: $Cara.token, capacity: self, password: open sesame 1}
    -> refused invitationExpired
  And someone: RejectInvitation {token: $Cara.token} -> refused invitationExpired
  And Ana asks ClientList -> [{clientStatus: pendingAcceptance}]
  And Ana asks Invitations {} -> [{invitationId: $Cara.invitation, state: expired}]
  And Ana: AddRecordResource {profileId: $Cara.profile, kind: visit, content: {a: b}} -> accepted
  When Ana: ResendInvitation {invitationId: $Cara.invitation} -> PortalInvitationResent
  Then someone: AcceptInvitation {token: $Cara.token, capacity: self, password: open sesame 1}
    -> refused invitationExpired
  And Ana asks Invitations {} -> [{state: pending, resent: 1}]
  When mail to Cara@example.org about clientInvitation: Cara.token = invitationLink
  And Cara accepts
  Then Ana asks ClientList -> [{clientStatus: accepted}]

Scenario: An expired invitation can be revoked, and that still deletes
  Seeds: S0 L32; A-26
  Given Cara is a client
  And profiles may be made before acceptance
  And Ana invites Cara with the box ticked
  And at 2026-03-20T00:00:00Z -> InvitationExpired
  When Ana: RevokeInvitation {invitationId: $Cara.invitation}
    -> InvitationRevoked, MedicalProfileDeleted, PersonalDataKeyDestroyed
  Then Ana asks ProfileState {profileId: $Cara.profile} -> refused notFound

Scenario: One microsecond before its end an invitation is good
  Seeds: S0 L14; domain 2.5
  Given Cara is a client
  And Ana invites Cara without the box ticked
  When at 2026-03-16T14:59:59.999999Z -> nothing
  Then Cara accepts

Scenario: The guard, and not the timer, ends an invitation
  Seeds: S0 L14; T7 note
  Given Cara is a client
  And Ana: ChangeInvitationExpiry {kind: ownership, days: 3} -> InvitationExpiryChanged
  And Ana invites Cara without the box ticked
  When at 2026-03-05T15:00:00Z -> InvitationExpired
  Then someone: AcceptInvitation {token: $Cara.token, capacity: self, password: open sesame 1}
    -> refused invitationExpired

Scenario: A legal representative owns the profile for the client
  Seeds: S0 L10; S0-03
  Given Cara is a client
  And profiles may be made before acceptance
  And Ana: RecordAuthorisedRepresentative {clientId: $Cara, name: Rolf Lawman,
    email: rolf@example.org, capacity: guardian} (Rolf.rep = representativeId)
  When Ana: InviteClient {clientId: $Cara, recipientEmail: rolf@example.org,
    createProfileBeforeAcceptance: true} (Cara.profile = profileId)
  And mail to rolf@example.org about clientInvitation: T = invitationLink
  And someone: AcceptInvitation {token: $T, capacity: legalRepresentative,
    password: open sesame 1} (Rolf.account = accountId)
  Then Ana asks ProfileState {profileId: $Cara.profile} -> {ownership: owned, owner: $Rolf.rep}
  And Rolf asks AccessGrants {profileId: $Cara.profile} -> contains {state: active}
  And Rolf: GrantProfessionalAccess {profileId: $Cara.profile, subject: staff/$Ana}
    -> refused alreadyHasAccess
  And Rolf asks EffectiveAccess {accountId: $Rolf.account, profileId: $Cara.profile}
    -> {allowed: true}

Scenario: After acceptance the owner alone decides who has access
  Seeds: S0 L10, L26; A-15
  Given Cara is a client
  And profiles may be made before acceptance
  And Ben is a member of staff who may workOnProfile
  And Ana invites Cara with the box ticked
  And Cara accepts
  Then Ana: GrantProfessionalAccess {profileId: $Cara.profile, subject: staff/$Ben}
    -> refused onlyOwnerControlsAccess
  And Ben: AddRecordResource {profileId: $Cara.profile, kind: visit, content: {a: b}}
    -> refused accessNotGranted
  When Cara: GrantProfessionalAccess {profileId: $Cara.profile, subject: staff/$Ben}
    (G = grantId) -> ProfessionalAccessGranted
  Then Ben: AddRecordResource {profileId: $Cara.profile, kind: visit, content: {a: b}} -> accepted
  And Cara asks AccessGrants {profileId: $Cara.profile}
    -> contains {grantId: $G, holder: staff/$Ben, state: active}
  When Cara: RevokeAccess {profileId: $Cara.profile, subject: staff/$Ben}
    -> FamilyPortalAccessRemoved
  And Cara: RevokeAccess {profileId: $Cara.profile, subject: staff/$Ana}
    -> FamilyPortalAccessRemoved
  Then Ana: AddRecordResource {profileId: $Cara.profile, kind: visit, content: {a: b}}
    -> refused accessNotGranted
  And Ben: AddRecordResource {profileId: $Cara.profile, kind: visit, content: {a: b}}
    -> refused accessNotGranted
  And Ana asks RecordResources {profileId: $Cara.profile} -> refused accessNotGranted

Scenario: Staff may always drop their own access
  Seeds: S0 L26; A-15
  Given Cara is a client
  And profiles may be made before acceptance
  And Ana invites Cara with the box ticked
  And Cara accepts
  When Ana: RevokeAccess {profileId: $Cara.profile, subject: staff/$Ana}
    -> FamilyPortalAccessRemoved
  Then Ana: AddRecordResource {profileId: $Cara.profile, kind: visit, content: {a: b}}
    -> refused accessNotGranted

Scenario: An invitation is used once
  Seeds: S0 L26; T1, T2
  Given Cara is a client
  And Ana invites Cara without the box ticked
  And Cara accepts
  Then someone: AcceptInvitation {token: $Cara.token, capacity: self, password: open sesame 1}
    -> refused alreadyAccepted
  And someone: RejectInvitation {token: $Cara.token} -> refused alreadyAccepted
  And Ana: InviteClient {clientId: $Cara, createProfileBeforeAcceptance: false}
    -> refused alreadyAccepted
  And Ana may not "Invite Client" for Cara

Scenario: A second invitation has to wait for the answer to the first
  Seeds: S0 L20; invariant 1
  Given Cara is a client
  And Ana invites Cara without the box ticked
  Then Ana: InviteClient {clientId: $Cara, createProfileBeforeAcceptance: false}
    -> refused invitationPending

Scenario: An invitation needs an address, which need not be the chart's
  Seeds: S0 L14; domain 4.1
  Given Ana: RegisterClient {givenName: Dora, familyName: Laneway, dateOfBirth: 1950-01-01}
    (Dora = clientId)
  Then Ana: InviteClient {clientId: $Dora, createProfileBeforeAcceptance: false}
    -> refused emailRequired
  When Ana: InviteClient {clientId: $Dora, recipientEmail: daughter@example.org,
    createProfileBeforeAcceptance: false} -> ClientInvited
  Then the new mails go to daughter@example.org

Scenario: Inviting needs its permission, and the refusal is written down
  Seeds: S0 L18-21; domain 2.6; pinned down 3
  Given Cara is a client
  And Ben is a member of staff
  And Ana invites Cara without the box ticked
  Then Ben: InviteClient {clientId: $Cara, createProfileBeforeAcceptance: false}
    -> refused notPermitted + CommandRefused
  And Ben: RevokeInvitation {invitationId: $Cara.invitation}
    -> refused notPermitted + CommandRefused
  And Ben asks AvailableActions {clientId: $Cara} -> empty
  And Ana asks AvailableActions {clientId: $Cara, staffId: $Ben} -> empty
  And someone: InviteClient {clientId: $Cara, createProfileBeforeAcceptance: false}
    -> refused notPermitted
  And Ben asks ClientList -> [{clientId: $Cara}]

Scenario: No delete event follows a rejection
  Seeds: S0 L28; S0-15
  Given Cara is a client
  And profiles may be made before acceptance
  And Ana invites Cara with the box ticked
  And Cara rejects
  When at 2027-03-02T15:00:00Z -> nothing
  Then operator asks AuditTrail {clientId: $Cara} -> lacks {type: MedicalProfileDeleted.v1}
    and lacks {type: PersonalDataKeyDestroyed.v1}

Scenario: Unknown links let nobody in
  Seeds: S0 L14; invariant 13
  Given Cara is a client
  And Ana invites Cara without the box ticked
  Then someone: AcceptInvitation {token: nosuchtoken, capacity: self, password: open sesame 1}
    -> refused notFound
  And someone: RejectInvitation {token: nosuchtoken} -> refused notFound
  And someone: AcceptInvitation {token: $Cara.token, capacity: friend, password: open sesame 1}
    -> refused invalidInput capacity
  And someone: AcceptInvitation {token: $Cara.token, capacity: self, password: short}
    -> refused weakPassword
  And someone: AcceptInvitation {capacity: self, password: open sesame 1}
    -> refused invalidInput token
  And Ana asks ClientList -> [{clientStatus: pendingAcceptance}]

Scenario: The work done before acceptance belongs to the owner afterwards
  Seeds: S0 L14, L26, L30
  Given Cara is a client
  And profiles may be made before acceptance
  And Ana invites Cara with the box ticked
  And Ana: AddRecordResource {profileId: $Cara.profile, kind: medication, content: {name: Insulin}}
  When Cara accepts
  Then Cara asks RecordResources {profileId: $Cara.profile} -> [{content: {name: Insulin},
    addedBy: staff/$Ana}]
  And Cara asks ProfileState {profileId: $Cara.profile} -> {ownership: owned, owner: $Cara}

Scenario: Records can be amended and removed by whoever works on them
  Seeds: S0 L30
  Given Cara is a client
  And profiles may be made before acceptance
  And Ana invites Cara with the box ticked
  And Ana: AddRecordResource {profileId: $Cara.profile, kind: medication, content: {name: Insulin}}
    (R = resourceId)
  When Ana: AmendRecordResource {resourceId: $R, content: {name: Metformin}}
    -> RecordResourceAmended
  Then Ana asks RecordResources {profileId: $Cara.profile}
    -> [{resourceId: $R, content: {name: Metformin}}]
  When Ana: RemoveRecordResource {resourceId: $R} -> RecordResourceRemoved
  Then Ana asks RecordResources {profileId: $Cara.profile} -> empty
  And Ana: AmendRecordResource {resourceId: $R, content: {name: Metformin}} -> refused notFound

Scenario: A portal that was connected can be disconnected
  Seeds: S0 L30
  Given Cara is a client
  And Ana invites Cara without the box ticked
  And Cara accepts
  And Cara: GrantProfessionalAccess {profileId: $Cara.profile, subject: staff/$Ana}
  And Ana: ConnectPatientPortal {profileId: $Cara.profile, portal: Mercy} (K = connectionId)
  When Ana: DisconnectPatientPortal {connectionId: $K} -> PatientPortalDisconnected
  Then Ana asks ProfileState {profileId: $Cara.profile} -> {connections: []}
