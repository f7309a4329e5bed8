import PortalEvents

/// The actions that staff are shown for a client (`domain.md` §1.5), by their exact labels. The
/// state tables win over the seeds' wording (contract, pinned down).
package enum ActionLabel: String, Sendable, CaseIterable {
    case inviteClient = "Invite Client"
    case connectPatientPortal = "Connect patient portal"
    case revokeInvitation = "Revoke invitation"
    case createCredentials = "Create Patient Portal Credentials"
    case disableAccount = "Disable Patient Profile Account"
    case enableAccount = "Enable Patient Profile Account"
    case distributeCredentials = "Distribute Patient Profile Credentials"
    case sendMessage = "Send patient portal message"
}

extension Situation {
    /// The actions that the actor is shown for the client, in the table's order. What the actor
    /// has no permission for is absent.
    package var availableActions: [ActionLabel] {
        ActionLabel.allCases.filter { isPermitted($0) && isShown($0) }
    }

    private func isPermitted(_ action: ActionLabel) -> Bool {
        guard case .staff(let id) = actor else { return actor == .systemOperator }
        return organisation.staff(id, has: action.permission)
    }

    private func isShown(_ action: ActionLabel) -> Bool {
        let isDisabling = isRecordDisabling
        switch action {
        case .inviteClient: return client.status == .notInvited || client.status == .rejected
        case .connectPatientPortal:
            return client.profile.map { $0.ownership == .owned && hasWorkingAccess(to: $0) }
                ?? false
        case .revokeInvitation: return client.status == .pendingAcceptance
        case .createCredentials:
            return !isDisabling && userState != .active
                && !(userState == .disabled && hasActiveCredentials)
        case .disableAccount: return userState == .active
        case .enableAccount:
            return userState == .disabled && hasActiveCredentials && !isDisabling
        case .distributeCredentials:
            return userState != .active && !hasActiveCredentials && !isDisabling
        case .sendMessage: return client.isPatientRegistered && !isReadOnly
        }
    }
}

extension Situation {
    /// Whether the actor may read and write a profile now.
    package func hasWorkingAccess(to profile: Profile) -> Bool {
        (try? requireWorkingAccess(to: profile)) != nil
    }
}

extension ActionLabel {
    fileprivate var permission: Permission {
        switch self {
        case .inviteClient, .revokeInvitation: .inviteClient
        case .connectPatientPortal: .workOnProfile
        case .createCredentials, .disableAccount, .enableAccount, .distributeCredentials:
            .managePatientCredentials
        case .sendMessage: .messagePatients
        }
    }
}
