import EventLine
import PortalAccess
import PortalEvents
import Testing

/// The rows of §1.5 that come from S0 and S1, in every state of T2 and T3.
struct AvailableActionsTests {
    static let byProfile: [(ProfileTableTests.Row, [ActionLabel])] = [
        (
            .notInvited,
            [
                .inviteClient, .createCredentials, .distributeCredentials, .sendPortalInvite,
                .autoSendToggle,
            ]
        ),
        (
            .pending,
            [
                .revokeInvitation, .createCredentials, .distributeCredentials, .sendPortalInvite,
                .autoSendToggle,
            ]
        ),
        (
            .provisional,
            [
                .revokeInvitation, .createCredentials, .distributeCredentials, .addClientAccess,
                .sendPortalInvite, .autoSendToggle,
            ]
        ),
        (
            .rejected,
            [
                .inviteClient, .createCredentials, .distributeCredentials, .sendPortalInvite,
                .autoSendToggle,
            ]
        ),
        (
            .accessRemoved,
            [.inviteClient, .createCredentials, .distributeCredentials, .autoSendToggle]
        ),
        (.owned, [.connectPatientPortal, .disableAccount, .sendMessage, .autoSendToggle]),
        (.ownedAlone, [.disableAccount, .sendMessage, .autoSendToggle]),
        (
            .deleted,
            [
                .inviteClient, .createCredentials, .distributeCredentials, .sendPortalInvite,
                .autoSendToggle,
            ]
        ),
    ]

    static let byUserState: [(UserStateTableTests.Row, [ActionLabel])] = [
        (
            .notEnrolled,
            [
                .inviteClient, .createCredentials, .distributeCredentials, .sendPortalInvite,
                .autoSendToggle,
            ]
        ),
        (
            .undistributed,
            [
                .inviteClient, .createCredentials, .distributeCredentials, .sendPortalInvite,
                .autoSendToggle,
            ]
        ),
        (.distributed, [.inviteClient, .createCredentials, .sendPortalInvite, .autoSendToggle]),
        (.oneTryLeft, [.inviteClient, .createCredentials, .sendPortalInvite, .autoSendToggle]),
        (
            .pendingEmailConfirmation,
            [.inviteClient, .createCredentials, .sendMessage, .autoSendToggle]
        ),
        (.active, [.inviteClient, .disableAccount, .manageAccess, .sendMessage, .autoSendToggle]),
        (.locked, [.inviteClient, .createCredentials, .distributeCredentials, .autoSendToggle]),
        (.disabledByRecord, [.inviteClient, .manageAccess, .sendMessage, .autoSendToggle]),
        (
            .disabledWithCredentials,
            [.inviteClient, .enableAccount, .manageAccess, .sendMessage, .autoSendToggle]
        ),
        (
            .disabledWithoutCredentials,
            [.inviteClient, .createCredentials, .distributeCredentials, .autoSendToggle]
        ),
    ]

    @Test func `every state is covered`() {
        #expect(Self.byProfile.map(\.0) == ProfileTableTests.Row.allCases)
        #expect(Self.byUserState.map(\.0) == UserStateTableTests.Row.allCases)
    }

    @Test func `the labels are the seeds' own`() {
        let labels = [
            "Invite Client", "Connect patient portal", "Revoke invitation",
            "Create Patient Portal Credentials", "Disable Patient Profile Account",
            "Enable Patient Profile Account", "Distribute Patient Profile Credentials",
            "Add Family Portal Access", "Add Family Portal access", "Resend invite",
            "Manage Family Portal Access", "Send patient portal invite",
            "Re-send patient portal invite", "Send patient portal message",
            "Auto-send invitation toggle",
        ]
        #expect(ActionLabel.allCases.map(\.rawValue) == labels)
    }

    @Test(arguments: byProfile)
    func `the actions follow the invitation`(row: ProfileTableTests.Row, shown: [ActionLabel]) {
        var stage = Stage()
        stage.saveEmailTemplate()
        stage.bring(to: row)
        check(stage, shown)
    }

    @Test(arguments: byUserState)
    func `the actions follow the state`(row: UserStateTableTests.Row, shown: [ActionLabel]) {
        var stage = Stage()
        stage.saveEmailTemplate()
        stage.bring(to: row)
        check(stage, shown)
    }

    /// Ana is shown the actions, Ben and outsiders none; each action goes with its permission
    /// alone; and what is shown is exactly what can be done.
    private func check(_ stage: Stage, _ shown: [ActionLabel]) {
        #expect(stage.world.actions(for: stage.client, as: stage.ana).map(\.label) == shown)
        for actor in [stage.ben, .anonymous, stage.owner, .scheduler] {
            #expect(stage.world.actions(for: stage.client, as: actor) == [])
        }
        for action in ActionLabel.allCases {
            var stage = stage
            let isDone = stage.take(action).isObeyed
            #expect(isDone == shown.contains(action), "\(action)")
        }
        for permission in Permission.allCases {
            var stage = stage
            let clerk = stage.addStaff(["name": "Clerk"])
            stage.grant(permission, to: clerk)
            let expected = shown.filter { Self.permission[$0] == permission }
                .filter { $0 != .connectPatientPortal }
            let actions = stage.world.actions(for: stage.client, as: clerk).map(\.label)
            #expect(actions == expected)
        }
    }

    private static let permission: [ActionLabel: Permission] = [
        .inviteClient: .inviteClient, .revokeInvitation: .inviteClient,
        .connectPatientPortal: .workOnProfile, .createCredentials: .managePatientCredentials,
        .disableAccount: .managePatientCredentials, .enableAccount: .managePatientCredentials,
        .distributeCredentials: .managePatientCredentials,
        .addClientAccess: .manageFamilyPortalAccess, .addContactAccess: .manageFamilyPortalAccess,
        .resendInvite: .manageFamilyPortalAccess, .manageAccess: .manageFamilyPortalAccess,
        .sendMessage: .messagePatients, .sendPortalInvite: .sendPortalInvitation,
        .resendPortalInvite: .sendPortalInvitation, .autoSendToggle: .sendPortalInvitation,
    ]
}

extension Stage {
    /// The client's own access, if it has not ended.
    var ownGrant: AccessGrant? { account.flatMap { profile?.liveGrant(of: .account($0.id)) } }

    var owner: Actor { account.map { .portalUser($0.id) } ?? .portalUser(Self.nobody) }

    mutating func grant(_ permission: Permission, to actor: Actor) {
        guard case .staff(let id) = actor else { return }
        let input: JSONValue = ["staffId": .id(id), "permission": .string(permission.rawValue)]
        done("GrantStaffPermission", input)
    }

    fileprivate mutating func take(_ action: ActionLabel) -> Outcome {
        switch action {
        case .inviteClient: world.run("InviteClient", inviting(ticked: false), as: ana)
        case .connectPatientPortal:
            world.run("ConnectPatientPortal", clientInput.with("portal", "Elsewhere"), as: ana)
        case .revokeInvitation: world.run("RevokeInvitation", invitationInput, as: ana)
        case .createCredentials:
            world.run("CreatePatientPortalCredentials", creating(), as: ana)
        case .disableAccount: world.run("DisablePatientProfileAccount", accountInput, as: ana)
        case .enableAccount: world.run("EnablePatientProfileAccount", accountInput, as: ana)
        case .distributeCredentials:
            world.run("DistributePatientProfileCredentials", distributing, as: ana)
        case .addClientAccess:
            world.run(
                "AddFamilyPortalAccess",
                givingAccess("client/\(client)", email: "carla@example.org", as: "patient"),
                as: ana
            )
        case .addContactAccess:
            world.run("AddFamilyPortalAccess", givingAccess("contact/\(Self.nobody)"), as: ana)
        case .resendInvite: world.run("ResendInvitation", portalInvitation, as: ana)
        case .sendPortalInvite: world.run("SendPortalInvitation", sending, as: ana)
        case .resendPortalInvite: world.run("ResendInvitation", portalInvitation, as: ana)
        case .autoSendToggle: world.run("TurnAutoSendOff", clientInput, as: ana)
        case .sendMessage:
            world.run("SendPatientMessage", clientInput.with("body", "Hello"), as: ana)
        case .manageAccess:
            world.run(
                "ChangeAccessRole",
                [
                    "grantId": .id(ownGrant?.id ?? Self.nobody), "roleId": .id(role("patient")),
                ],
                as: ana
            )
        }
    }
}
