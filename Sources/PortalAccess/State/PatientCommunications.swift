package import EventLine
import PortalEvents

/// How an organisation writes to its patients by itself (S2-11, S2-12).
package struct PatientCommunications: Hashable, Sendable {
    /// Whether patients are invited automatically after visits; off until it is enabled (S2-01).
    package private(set) var isAutoInviteOn = false
    /// Other communications, such as appointment reminders, by name.
    package private(set) var settings: [String: Bool] = [:]
    /// Members of staff from whom an administrator took the right to invite (S2-13).
    package private(set) var barredFromInviting: Set<UniqueID> = []

    /// The state after an event.
    mutating func evolve(with event: PortalEvent) {
        switch event {
        case .autoInviteEnabled: isAutoInviteOn = true
        case .autoInviteDisabled: isAutoInviteOn = false
        case .patientCommunicationSettingChanged(let event):
            settings[event.setting] = event.enabled
        case .staffInvitationRightChanged(let event) where event.mayInvite:
            barredFromInviting.remove(event.staffId)
        case .staffInvitationRightChanged(let event): barredFromInviting.insert(event.staffId)
        default: break
        }
    }
}
