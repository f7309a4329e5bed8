import PortalEvents

extension Situation {
    /// The link on the patient messaging tab: to invite, to invite again, or to write a message
    /// once the patient has registered; none once the client's end date has come (S4-03, 09, 12).
    package var messagingLink: String? {
        if isReadOnly { return nil }
        if client.isPatientRegistered { return ActionLabel.sendMessage.rawValue }
        if isRecordDisabling { return nil }
        let wasInvited = client.invitations.contains {
            $0.recipientKind == .patient && $0.kind != .ownership
        }
        return wasInvited ? "Re-send patient portal invite" : "Send patient portal invite"
    }
}
