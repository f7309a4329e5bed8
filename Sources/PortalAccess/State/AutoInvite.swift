package import EventLine
package import PortalEvents

/// A client's visit.
package struct Encounter: Hashable, Sendable {
    package let id: UniqueID
    package let visitDate: LocalDate
    /// Imported visits are history: by themselves they invite nobody.
    package let isImported: Bool
    package private(set) var hasNote = false
    package private(set) var isSigned = false
    package private(set) var isVoided = false

    init(_ event: EncounterRecorded) {
        id = event.encounterId
        visitDate = event.visitDate
        isImported = event.importDigest != nil
    }

    /// The day on which it has the client invited while it is not signed (S2-10).
    package var dueOn: LocalDate { visitDate.adding(days: 30) }

    /// The state after an event.
    mutating func evolve(with event: PortalEvent) {
        switch event {
        case .chartNoteRecorded(let event) where event.encounterId == id: hasNote = true
        case .encounterSigned(let event) where event.encounterId == id: isSigned = true
        case .encounterVoided(let event) where event.encounterId == id: isVoided = true
        default: break
        }
    }
}

/// A client's automatic invitation, of which there is at most one (T8).
package struct AutoInvite: Hashable, Sendable {
    package private(set) var state = State.idle

    package enum State: Hashable, Sendable {
        /// No visit asks for it.
        case idle
        case scheduled(Plan)
        /// It was due, and something was in its way.
        case withheld(Plan, [WithholdingReason])
        /// It was sent, or is not needed any more.
        case done
    }

    /// Which visit asks for it, and when.
    package struct Plan: Hashable, Sendable {
        package let encounterID: UniqueID
        package let trigger: AutoInviteTrigger
        package let dueOn: LocalDate
    }

    /// What is waiting to be sent; nil if nothing is.
    package var plan: Plan? {
        switch state {
        case .idle, .done: nil
        case .scheduled(let plan), .withheld(let plan, _): plan
        }
    }

    /// The state after an event.
    mutating func evolve(with event: PortalEvent) {
        switch event {
        case .autoInviteScheduled(let event):
            state = .scheduled(
                Plan(encounterID: event.encounterId, trigger: event.trigger, dueOn: event.dueOn)
            )
        case .autoInviteWithheld(let event):
            if let plan { state = .withheld(plan, event.reasons) }
        case .autoInvitationSent: state = .done
        case .autoInviteCancelled(let event): state = event.reason.isFinal ? .done : .idle
        default: break
        }
    }
}

extension AutoInviteCancellation {
    /// Whether nothing is left to be invited to.
    fileprivate var isFinal: Bool {
        switch self {
        case .alreadyInvited, .alreadyEnrolled: true
        case .featureOff, .autoSendOff, .encounterVoided: false
        }
    }
}
