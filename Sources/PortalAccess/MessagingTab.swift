import PortalEvents

extension Situation {
    /// The link on the patient messaging tab: to invite, to invite again, or to write a message
    /// once the patient has registered; none once the client's end date has come (S4-03, 09, 12).
    package var messagingLink: String? {
        if isReadOnly { return nil }
        if client.isPatientRegistered { return ActionLabel.sendMessage.rawValue }
        guard mayBeInvited else { return nil }
        let isInvited = outstandingInvitation != nil
        return (isInvited ? ActionLabel.resendPortalInvite : .sendPortalInvite).rawValue
    }

    /// Whether an invitation to the portal could be sent to the client now.
    var mayBeInvited: Bool { (try? requireClientIsInvitable()) != nil }

    /// The client's invitation to the portal that was not answered, expired or not.
    var outstandingInvitation: Invitation? {
        client.portalInvitations.last { $0.kind != .ownership && $0.isOpen }
    }
}
