import EventLine
import PortalAccess
import PortalEvents
import Testing

/// T2, cell by cell. Who accepts or rejects holds a link, so that "not invited" shows as a link
/// that nobody has, or as the revoked invitation's.
struct ProfileTableTests {
    enum Row: String, CaseIterable {
        case notInvited
        case pending
        case provisional
        case rejected
        case accessRemoved
        case owned
        /// Owned, and nobody on the staff has access.
        case ownedAlone
        case deleted
    }

    enum Column: String, CaseIterable {
        case inviteTicked
        case inviteUnticked
        case reInvite
        case accept
        case reject
        case revoke
        case addResource
        case connect
    }

    private static let invited =
        Answer.writes("ClientInvited MedicalProfileCreated ProfessionalAccessGranted")
    private static let reInvited =
        Answer.writes("ClientReInvited MedicalProfileCreated ProfessionalAccessGranted")
    private static let restored = Answer.writes("ClientReInvited ProfileAccessRestored")
    private static let account = """
        PatientAccountOnboarded LoginEmailClaimed PatientUserSuccessfullyRegistered PasswordSet \
        PatientAccessGranted
        """
    private static let none = Answer.refuses(.profileDoesNotExist)

    private static let table: [Row: [Answer]] = [
        .notInvited: [
            invited, .writes("ClientInvited"), .refuses(.notRejected), .refuses(.notFound),
            .refuses(.notFound), .refuses(.notFound), none, none,
        ],
        .pending: [
            .refuses(.invitationPending), .refuses(.invitationPending),
            .refuses(.invitationPending),
            .writes("InvitationAccepted MedicalProfileCreated ProfileOwnershipAssumed \(account)"),
            .writes("InvitationRejected"), .writes("InvitationRevoked"), none, none,
        ],
        .provisional: [
            .refuses(.invitationPending), .refuses(.invitationPending),
            .refuses(.invitationPending),
            .writes("InvitationAccepted ProfileOwnershipAssumed \(account)"),
            .writes("InvitationRejected ProfileAccessRemoved"),
            .writes("InvitationRevoked MedicalProfileDeleted PersonalDataKeyDestroyed"),
            .writes("RecordResourceAdded"), .refuses(.invitationNotAccepted),
        ],
        .rejected: [
            reInvited, .writes("ClientReInvited"), .writes("ClientReInvited"),
            .refuses(.alreadyRejected), .refuses(.alreadyRejected), .refuses(.alreadyRejected),
            none, none,
        ],
        .accessRemoved: [
            restored, restored, restored, .refuses(.alreadyRejected), .refuses(.alreadyRejected),
            .refuses(.alreadyRejected), .refuses(.accessRemovedByRejection),
            .refuses(.accessRemovedByRejection),
        ],
        .owned: accepted + [.writes("RecordResourceAdded"), .writes("PatientPortalConnected")],
        .ownedAlone: accepted + [.refuses(.accessNotGranted), .refuses(.accessNotGranted)],
        .deleted: [
            invited, .writes("ClientInvited"), .refuses(.notRejected),
            .refuses(.invitationRevoked), .refuses(.invitationRevoked),
            .refuses(.invitationRevoked), none, none,
        ],
    ]

    private static let accepted = [Answer](repeating: .refuses(.alreadyAccepted), count: 6)

    static let cells = cellsOf(table, Column.self)

    @Test(arguments: cells)
    func `a profile answers as T2 says`(cell: Cell<Row, Column>) {
        var stage = Stage()
        stage.bring(to: cell.row)
        check(cell, on: &stage) { $0.act(cell.column) }
    }

    @Test(
        arguments: [
            (.notInvited, .inviteTicked, "provisional pendingAcceptance"),
            (.notInvited, .inviteUnticked, "nil pendingAcceptance"),
            (.pending, .accept, "owned accepted"), (.pending, .reject, "nil rejected"),
            (.pending, .revoke, "nil notInvited"), (.provisional, .accept, "owned accepted"),
            (.provisional, .reject, "rejected rejected"), (.provisional, .revoke, "nil notInvited"),
            (.rejected, .inviteTicked, "provisional pendingAcceptance"),
            (.rejected, .reInvite, "nil pendingAcceptance"),
            (.accessRemoved, .inviteTicked, "provisional pendingAcceptance"),
            (.accessRemoved, .reInvite, "provisional pendingAcceptance"),
            (.owned, .connect, "owned accepted"),
            (.deleted, .inviteTicked, "provisional pendingAcceptance"),
        ] as [(Row, Column, String)]
    )
    func `a profile arrives where T2 says`(row: Row, column: Column, state: String) {
        var stage = Stage()
        stage.bring(to: row)
        #expect(stage.act(column).isObeyed)
        let ownership = stage.profile?.ownership.rawValue ?? "nil"
        #expect("\(ownership) \(stage.state.status)" == state)
    }

    @Test func `an invitation after a deletion makes a new, empty profile`() {
        var stage = Stage()
        stage.bring(to: .deleted)
        let deleted = stage.state.profiles.map(\.id)
        stage.done("InviteClient", stage.inviting(ticked: true))
        #expect(stage.profile.map { !deleted.contains($0.id) } == true)
        #expect(stage.profile?.resources == [])
    }

    @Test func `professional access outlives acceptance and the owner may end it`() {
        var stage = Stage()
        stage.bring(to: .owned)
        let owner = stage.account.map { Actor.portalUser($0.id) } ?? .anonymous
        stage.done(
            "RevokeAccess",
            [
                "profileId": .id(stage.profile?.id ?? Stage.nobody),
                "subject": .string("\(stage.ana)"),
            ],
            as: owner
        )
        #expect(stage.act(.addResource).reason == .accessNotGranted)
    }

    @Test func `revoking never deletes a profile that an organisation had before it invited`() {
        var stage = Stage()
        stage.done("CreateMedicalProfile", stage.clientInput)
        stage.done("InviteClient", stage.inviting(ticked: false))
        stage.done("RejectInvitation", stage.invitationLink, as: .anonymous)
        stage.done("ReInviteClient", stage.inviting(ticked: false))
        let outcome = stage.world.run("RevokeInvitation", stage.invitationInput, as: stage.ana)
        #expect(outcome.names == ["InvitationRevoked"])
        #expect(stage.profile?.ownership == Profile.Ownership.none)
    }

    @Test func `a profile that was rejected is given back while the feature is off`() {
        var stage = Stage()
        stage.bring(to: .provisional)
        stage.done("RejectInvitation", stage.invitationLink, as: .anonymous)
        stage.done("TurnOffProfileBeforeAcceptance")
        let again = stage.done("ReInviteClient", stage.inviting(ticked: true)).map(\.name)
        #expect(again == ["ClientReInvited", "ProfileAccessRestored"])
    }

    @Test func `the box is refused while the feature is off, and profiles that exist stay`() {
        var stage = Stage()
        stage.bring(to: .provisional)
        stage.done("TurnOffProfileBeforeAcceptance")
        #expect(stage.act(.addResource).isObeyed)
        stage.done("RevokeInvitation", stage.invitationInput)
        #expect(stage.act(.inviteTicked).reason == .featureNotEnabled)
        #expect(stage.act(.inviteUnticked).isObeyed)
    }
}

extension Stage {
    mutating func bring(to row: ProfileTableTests.Row) {
        guard row != .notInvited else { return }
        let isTicked = [.provisional, .accessRemoved, .owned, .deleted].contains(row)
        done("InviteClient", inviting(ticked: isTicked))
        switch row {
        case .notInvited, .pending, .provisional: break
        case .rejected, .accessRemoved: done("RejectInvitation", invitationLink, as: .anonymous)
        case .owned, .ownedAlone: done("AcceptInvitation", accepting, as: .anonymous)
        case .deleted: done("RevokeInvitation", invitationInput)
        }
    }

    fileprivate mutating func act(_ column: ProfileTableTests.Column) -> Outcome {
        switch column {
        case .inviteTicked: world.run("InviteClient", inviting(ticked: true), as: ana)
        case .inviteUnticked: world.run("InviteClient", inviting(ticked: false), as: ana)
        case .reInvite: world.run("ReInviteClient", inviting(ticked: false), as: ana)
        case .accept: world.run("AcceptInvitation", accepting, as: .anonymous)
        case .reject: world.run("RejectInvitation", invitationLink, as: .anonymous)
        case .revoke: world.run("RevokeInvitation", invitationInput, as: ana)
        case .addResource:
            world.run(
                "AddRecordResource",
                profileInput.with("kind", "medication").with("content", ["name": "aspirin"]),
                as: ana
            )
        case .connect:
            world.run("ConnectPatientPortal", profileInput.with("portal", "Elsewhere"), as: ana)
        }
    }

    private var profileInput: JSONValue {
        state.profiles.last.map { ["profileId": .id($0.id)] } ?? clientInput
    }
}
