package import EventLine
package import PortalEvents

/// What the program does by itself right after a commit, so that nobody has to wait for the
/// scheduler. What a crash leaves undone the scheduler finds again.
package enum Reaction {
    /// A command about one client.
    case command(any Command)
    /// Something changed for many clients: the scheduler looks what that made due.
    case schedule

    /// What follows from events.
    ///
    /// - Parameter clients: the clients whom the events concern, as the events leave them.
    package static func all(
        to events: [PortalEvent],
        _ clients: [UniqueID: ClientState]
    ) -> [Reaction] {
        var reactions: [Reaction] = []
        for (id, client) in clients.sorted(by: { $0.key < $1.key }) {
            let concerning = events.filter { $0.client == id }
            reactions += autoInviteReactions(to: concerning, id, client)
        }
        return events.contains(where: \.concernsManyClients) ? reactions + [.schedule] : reactions
    }

    /// Whoever is invited or enrolled by another way needs no automatic invitation; one that is
    /// due is sent in the same run; one that was withheld is looked at again when the
    /// chart changes.
    private static func autoInviteReactions(
        to events: [PortalEvent],
        _ id: UniqueID,
        _ client: ClientState
    ) -> [Reaction] {
        let mayBeDue = client.autoInvite.plan != nil || events.contains(where: \.isVisit)
        guard mayBeDue else { return [] }
        if events.contains(where: \.invites) { return [.command(CancelAutoInvite(clientID: id))] }
        let isDecided = events.contains { $0.type == AutoInviteWithheld.type }
        let isTouched = events.contains(where: \.touchesAutoInvite)
        return isTouched && !isDecided ? [.command(SendAutoInvitation(clientID: id))] : []
    }
}

extension PortalEvent {
    /// Whether an automatic invitation may be due after the event, or nothing be in its way any
    /// more.
    fileprivate var touchesAutoInvite: Bool {
        switch self {
        case .autoInviteScheduled, .autoSendInvitationTurnedOn, .chartNoteRecorded,
            .encounterSigned, .clientEmailChanged, .clientPhoneChanged,
            .clientDateOfBirthCorrected, .clientRecordStatusChanged, .clientEndDateChanged,
            .clientEndDateRemoved, .clientEndDateTookEffect, .clientEndDateLifted,
            .encounterRecorded, .authorisedRepresentativeRecorded,
            .authorisedRepresentativeRemoved:
            true
        default: false
        }
    }

    /// Whether a visit was recorded, which may be long past its due day.
    fileprivate var isVisit: Bool {
        if case .encounterRecorded(let event) = self { event.importDigest == nil } else { false }
    }

    /// Whether somebody was invited to the portal by the event, or enrolled.
    fileprivate var invites: Bool {
        switch self {
        case .clientInvited, .clientReInvited, .portalInvitationSent, .patientAccountOnboarded,
            .patientCredentialsCreated, .patientUserSuccessfullyRegistered, .patientAccessGranted,
            .familyPortalAccessAdded, .clientRecordsMerged:
            true
        default: false
        }
    }

    /// Whether the event may make something due for many clients at once.
    fileprivate var concernsManyClients: Bool {
        switch self {
        case .autoInviteEnabled, .autoInviteDisabled, .disablingRecordStatusesChanged,
            .organisationTimeZoneChanged, .comingOfAgeChanged, .leapDayRuleChanged:
            true
        default: false
        }
    }
}
