import EventLine
package import PortalEvents

/// Has patients invited automatically after their visits (S2-01).
package struct EnableAutoInvite: CallableCommand {
    package init(_ input: inout CommandInput) throws(Refusal) {}

    package var audience: Audience { .staff(.administerPatientCommunications) }
    package var target: Target { .organisation }

    package func decide(in situation: Situation) throws(Refusal) -> [PortalEvent] {
        [.autoInviteEnabled(.init())]
    }
}

/// Ends automatic invitations. What was sent is not recalled; what waits is cancelled.
package struct DisableAutoInvite: CallableCommand {
    package init(_ input: inout CommandInput) throws(Refusal) {}

    package var audience: Audience { .staff(.administerPatientCommunications) }
    package var target: Target { .organisation }

    package func decide(in situation: Situation) throws(Refusal) -> [PortalEvent] {
        [.autoInviteDisabled(.init())]
    }
}

/// Turns one of the patient communications on or off, such as appointment reminders (S2-11).
package struct SetPatientCommunication: CallableCommand {
    private let setting: String
    private let isEnabled: Bool

    /// Automatic invitations are one of them, with events of their own.
    private static let autoInvite = "autoInvite"

    package init(_ input: inout CommandInput) throws(Refusal) {
        setting = String(trimming: try input.text("setting"))
        isEnabled = try input.flag("enabled")
    }

    package var audience: Audience { .staff(.administerPatientCommunications) }
    package var target: Target { .organisation }

    package func decide(in situation: Situation) throws(Refusal) -> [PortalEvent] {
        guard setting != Self.autoInvite else {
            return isEnabled ? [.autoInviteEnabled(.init())] : [.autoInviteDisabled(.init())]
        }
        let changed = PatientCommunicationSettingChanged(setting: setting, enabled: isEnabled)
        return [.patientCommunicationSettingChanged(changed)]
    }
}

/// Lets a member of staff invite patients, or takes that away (S2-13).
package struct SetStaffInvitationRight: CallableCommand {
    private let staffID: UniqueID
    private let mayInvite: Bool

    package init(_ input: inout CommandInput) throws(Refusal) {
        staffID = try input.id("staffId")
        mayInvite = try input.flag("mayInvite")
    }

    package var audience: Audience { .staff(.administerPatientCommunications) }
    package var target: Target { .organisation }

    package func decide(in situation: Situation) throws(Refusal) -> [PortalEvent] {
        guard situation.organisation.staff[staffID] != nil else {
            throw Refusal(.notFound, field: "staffId", detail: "nobody on the staff has this id")
        }
        let changed = StaffInvitationRightChanged(staffId: staffID, mayInvite: mayInvite)
        return [.staffInvitationRightChanged(changed)]
    }
}

/// Has a client not be invited automatically; staff can still invite them (S2-22, S2-23).
package struct TurnAutoSendOff: CallableCommand {
    private let clientID: UniqueID

    package init(_ input: inout CommandInput) throws(Refusal) {
        clientID = try input.id("clientId")
    }

    package var audience: Audience { .staff(.sendPortalInvitation) }
    package var target: Target { .client(clientID) }
    package var linkCountMax: Int { 0 }

    package func decide(in situation: Situation) throws(Refusal) -> [PortalEvent] {
        try situation.requireRightToInvite()
        return [.autoSendInvitationTurnedOff(.init(clientId: clientID))]
            + situation.cancellingAutoInvite(.autoSendOff)
    }
}

/// Has a client be invited automatically again; visits that were not handled yet are looked at.
package struct TurnAutoSendOn: CallableCommand {
    private let clientID: UniqueID

    package init(_ input: inout CommandInput) throws(Refusal) {
        clientID = try input.id("clientId")
    }

    package var audience: Audience { .staff(.sendPortalInvitation) }
    package var target: Target { .client(clientID) }
    package var linkCountMax: Int { 0 }

    package func decide(in situation: Situation) throws(Refusal) -> [PortalEvent] {
        try situation.requireRightToInvite()
        return [.autoSendInvitationTurnedOn(.init(clientId: clientID))]
            + situation.scheduling(situation.invitingEncounters)
    }
}
