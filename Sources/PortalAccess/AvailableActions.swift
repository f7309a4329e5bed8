package import EventLine
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
    case addClientAccess = "Add Family Portal Access"
    case addContactAccess = "Add Family Portal access"
    case resendInvite = "Resend invite"
    case manageAccess = "Manage Family Portal Access"
    case sendPortalInvite = "Send patient portal invite"
    case resendPortalInvite = "Re-send patient portal invite"
    case sendMessage = "Send patient portal message"
    case autoSendToggle = "Auto-send invitation toggle"
}

/// An action that staff are shown: for the client, or for one of the client's contacts.
package struct AvailableAction: Hashable, Sendable {
    package let label: ActionLabel
    /// The contact in whose row it stands; nil for the client's own.
    package let contactID: UniqueID?

    package init(_ label: ActionLabel, contactID: UniqueID? = nil) {
        self.label = label
        self.contactID = contactID
    }
}

extension Situation {
    /// The actions that the actor is shown for the client and for each contact, in the table's
    /// order. What the actor has no permission for is absent.
    package var availableActions: [AvailableAction] {
        ActionLabel.allCases.filter(isPermitted).flatMap(places)
    }

    private func isPermitted(_ action: ActionLabel) -> Bool {
        guard case .staff(let id) = actor else { return actor == .systemOperator }
        // An administrator may have taken the right to invite away (S2-13).
        return action.permission == .sendPortalInvitation
            ? organisation.mayInvite(id) : organisation.staff(id, has: action.permission)
    }

    /// Where an action is shown: once for the client, and once for each contact.
    private func places(of action: ActionLabel) -> [AvailableAction] {
        guard action.isOfContacts else { return isShown(action) ? [AvailableAction(action)] : [] }
        let own: [AvailableAction] = isShown(action) ? [AvailableAction(action)] : []
        return own
            + client.contacts.filter { isShown(action, for: $0) }
            .map { AvailableAction(action, contactID: $0.id) }
    }

    private func isShown(_ action: ActionLabel) -> Bool {
        switch action {
        case .inviteClient: client.status == .notInvited || client.status == .rejected
        case .connectPatientPortal:
            client.profile.map { $0.ownership == .owned && hasWorkingAccess(to: $0) } ?? false
        case .revokeInvitation: client.status == .pendingAcceptance
        case .createCredentials:
            !isRecordDisabling && userState != .active
                && !(userState == .disabled && hasActiveCredentials)
        case .disableAccount: userState == .active
        case .enableAccount:
            userState == .disabled && hasActiveCredentials && !isRecordDisabling
                && client.ownAccount?.isClosed != true
        case .distributeCredentials:
            userState != .active && !hasActiveCredentials && !isRecordDisabling
        case .addClientAccess: client.id.map { mayAddAccess(.client, $0) } ?? false
        case .addContactAccess: false
        case .resendInvite: client.id.map(mayResendInvite) ?? false
        case .manageAccess: client.id.map(mayManageAccess) ?? false
        case .sendPortalInvite: mayBeInvited && outstandingInvitation == nil
        case .resendPortalInvite: mayBeInvited && outstandingInvitation != nil
        case .sendMessage: client.isPatientRegistered && !isReadOnly
        case .autoSendToggle: true
        }
    }

    private func isShown(_ action: ActionLabel, for contact: Contact) -> Bool {
        switch action {
        case .addContactAccess: mayAddAccess(.contact, contact.id)
        case .resendInvite: mayResendInvite(contact.personID)
        case .manageAccess: mayManageAccess(contact.personID)
        default: false
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
    /// Whether it stands in the rows of contacts too.
    fileprivate var isOfContacts: Bool {
        switch self {
        case .addContactAccess, .resendInvite, .manageAccess: true
        default: false
        }
    }

    fileprivate var permission: Permission {
        switch self {
        case .inviteClient, .revokeInvitation: .inviteClient
        case .connectPatientPortal: .workOnProfile
        case .createCredentials, .disableAccount, .enableAccount, .distributeCredentials:
            .managePatientCredentials
        case .sendPortalInvite, .resendPortalInvite, .autoSendToggle: .sendPortalInvitation
        case .sendMessage: .messagePatients
        case .addClientAccess, .addContactAccess, .resendInvite, .manageAccess:
            .manageFamilyPortalAccess
        }
    }
}
