package import EventLine
import PortalEvents

/// How an organisation writes to its patients by itself (S2-11, S2-12).
package struct PatientCommunications: Hashable, Sendable {
    /// Whether patients are invited automatically after visits; off until it is enabled (S2-01).
    package private(set) var isAutoInviteOn = false
    /// Other communications, such as appointment reminders, by name.
    package private(set) var settings: [String: Bool] = [:]
    /// Members of staff whose right to invite an administrator has set by itself (S2-13).
    package private(set) var invitationRights: [UniqueID: Bool] = [:]

    /// Whether an administrator took the right to invite from a member of staff.
    package func isBarredFromInviting(_ id: UniqueID) -> Bool { invitationRights[id] == false }

    /// The state after an event.
    mutating func evolve(with event: PortalEvent) {
        switch event {
        case .autoInviteEnabled: isAutoInviteOn = true
        case .autoInviteDisabled: isAutoInviteOn = false
        case .patientCommunicationSettingChanged(let event):
            settings[event.setting] = event.enabled
        case .staffInvitationRightChanged(let event):
            invitationRights[event.staffId] = event.mayInvite
        case .staffPermissionWithdrawn(let event) where event.permission == .sendPortalInvitation:
            invitationRights[event.staffId] = nil
        default: break
        }
    }
}
