import EventLine
import PortalEvents

/// The rules of automatic invitations (T8): what asks for one, what is in its way, and to whom it
/// goes.
extension Situation {
    /// The reasons for which an automatic invitation cannot be sent now. Age and data are those
    /// of this moment.
    var withholdingReasons: [WithholdingReason] {
        let card = client.card
        let hasNote = client.encounters.contains { $0.hasNote && !$0.isVoided }
        let isOutside =
            card?.dateOfBirth.map {
                !(18...85).contains($0.age(on: today, organisation.leapDayRule))
            } ?? false
        let found: [(WithholdingReason, Bool)] = [
            (.featureOff, !organisation.communications.isAutoInviteOn),
            (.autoSendOff, card?.isAutoSendOn == false),
            (.ageOutside18to85, isOutside),
            (.noEmail, autoInvitees.isEmpty),
            (.noPhone, card?.phone?.digits.isEmpty != false),
            (.noChartNote, !hasNote),
            (.noDateOfBirth, card?.dateOfBirth == nil),
            (.alreadyEnrolled, client.isEnrolled),
            (.alreadyInvited, client.wasInvited && !client.isEnrolled),
            (.clientEndDated, isReadOnly),
            (.recordStatusDisabled, hasDisablingStatus),
            (.loginEmailInUse, isLoginOfAnother),
        ]
        return found.filter(\.1).map(\.0)
    }

    /// Whether somebody else signs in with the address on the client's card.
    private var isLoginOfAnother: Bool {
        guard let clientID = client.id, client.card?.email != nil, let holder = login.accountID
        else { return false }
        return holder != account(ofPerson: clientID)?.account.id
    }

    /// Whether the record's status alone keeps the client out. A merged record invites nobody,
    /// whatever became of its status: the person is invited by the record that stands for them.
    var hasDisablingStatus: Bool {
        if client.mergedInto != nil { return true }
        return client.card.map { organisation.disablingStatuses.contains($0.recordStatus) } ?? false
    }

    /// The event that has the client invited for the earliest of the visits that ask for it, where
    /// that is earlier than what is planned: the earliest trigger wins.
    ///
    /// - Parameter encounters: the visits as the decision leaves them.
    func scheduling(_ encounters: [AutoInvite.Plan]) -> [PortalEvent] {
        guard let clientID = client.id, organisation.communications.isAutoInviteOn,
            let first = encounters.min(by: { $0.dueOn < $1.dueOn })
        else { return [] }
        switch client.autoInvite.state {
        case .done, .withheld: return []
        case .scheduled(let plan) where plan.dueOn <= first.dueOn: return []
        case .idle, .scheduled: return [first.event(for: clientID)]
        }
    }

    /// The visits that ask for an invitation: those with a note, those that are signed, and from
    /// their due day on those without a note too, so that it shows what is missing (contract 12).
    var invitingEncounters: [AutoInvite.Plan] {
        client.encounters.compactMap { encounter in
            guard !encounter.isVoided else { return nil }
            let isForgotten = !encounter.isImported && encounter.dueOn <= today
            guard encounter.hasNote || encounter.isSigned || isForgotten else { return nil }
            return encounter.plan(on: today)
        }
    }

    /// The client and the representatives who get the automatic invitation: each who has an
    /// address, and one mail for each address. Who was given access by hand has it, or has
    /// lost it, by the will of staff.
    var autoInvitees: [Invitee] {
        guard let card = client.card else { return [] }
        var invitees: [Invitee] = []
        if let email = card.email {
            invitees.append(Invitee(kind: .patient, personID: card.id, email: email))
        }
        for representative in card.representatives {
            guard let email = representative.email,
                !invitees.contains(where: { $0.email.asLogin == email.asLogin }),
                grants(ofPerson: representative.id).isEmpty, !hasHadAccess(with: email)
            else { continue }
            invitees.append(
                Invitee(
                    kind: .representative,
                    personID: representative.id,
                    email: email,
                    name: representative.name
                )
            )
        }
        return Array(invitees.prefix(Self.autoInviteesMax))
    }

    /// Whether an account that signs in with an address has, or had, access to the profile.
    private func hasHadAccess(with email: String) -> Bool {
        client.profile?.grants.contains {
            account(of: $0)?.account.loginEmail?.asLogin == email.asLogin
        } ?? false
    }

    /// A commit mails at most so many automatic invitations.
    static let autoInviteesMax = 16

    /// The event that ends an automatic invitation that waits; none if nothing waits.
    func cancellingAutoInvite(_ reason: AutoInviteCancellation) -> [PortalEvent] {
        guard client.autoInvite.plan != nil, let clientID = client.id else { return [] }
        return [.autoInviteCancelled(.init(clientId: clientID, reason: reason))]
    }
}

extension AutoInvite.Plan {
    func event(for client: UniqueID) -> PortalEvent {
        .autoInviteScheduled(
            .init(clientId: client, encounterId: encounterID, trigger: trigger, dueOn: dueOn)
        )
    }
}

extension Encounter {
    /// When the visit has the client invited: at once if it is signed, else 30 days after it.
    func plan(on today: LocalDate) -> AutoInvite.Plan {
        isSigned ? signedPlan(on: today) : unsignedPlan
    }

    func signedPlan(on today: LocalDate) -> AutoInvite.Plan {
        AutoInvite.Plan(encounterID: id, trigger: .signed, dueOn: today)
    }

    var unsignedPlan: AutoInvite.Plan {
        AutoInvite.Plan(encounterID: id, trigger: .unsigned, dueOn: dueOn)
    }
}
