package import EventLine
package import PortalEvents

/// Records somebody who may act for a client (S2-05).
package struct RecordAuthorisedRepresentative: CallableCommand {
    package static var replyIDs: [String] { ["representativeId"] }
    private let clientID: UniqueID
    private let fullName: String
    private let email: String?
    private let capacity: String

    package init(_ input: inout CommandInput) throws(Refusal) {
        clientID = try input.id("clientId")
        fullName = try input.text("name")
        email = try input.optionalEmail("email")
        capacity = try input.text("capacity")
    }

    package var audience: Audience { .staff(.editDemographics) }
    package var target: Target { .client(clientID) }

    package func decide(in situation: Situation) throws(Refusal) -> [PortalEvent] {
        let personal = AuthorisedRepresentativeRecorded.Personal(
            name: fullName,
            email: email,
            capacity: capacity
        )
        let recorded = AuthorisedRepresentativeRecorded(
            clientId: clientID,
            representativeId: situation.ids[0],
            personal: .open(personal)
        )
        return [.authorisedRepresentativeRecorded(recorded)]
    }
}

/// Ends somebody's right to act for a client.
package struct RemoveAuthorisedRepresentative: CallableCommand {
    package static var replyIDs: [String] { ["representativeId"] }
    private let representativeID: UniqueID

    package init(_ input: inout CommandInput) throws(Refusal) {
        representativeID = try input.id("representativeId")
    }

    package var audience: Audience { .staff(.editDemographics) }
    package var target: Target { .stream(StreamName("representative", representativeID)) }
    package func people(given client: ClientState) -> Set<UniqueID> { [representativeID] }

    package func decide(in situation: Situation) throws(Refusal) -> [PortalEvent] {
        guard let card = situation.client.card, card.representative(representativeID) != nil
        else { throw Refusal(.notFound, field: "representativeId") }
        let removed = AuthorisedRepresentativeRemoved(
            clientId: card.id,
            representativeId: representativeID
        )
        return [.authorisedRepresentativeRemoved(removed)] + endingAccess(in: situation)
    }

    /// Whoever may no longer act for the client no longer sees the profile as their
    /// representative, and what was mailed to them lets nobody in. Where an owner controls the
    /// profile, ending access is theirs (invariant 8).
    private func endingAccess(in situation: Situation) -> [PortalEvent] {
        let grants = situation.liveGrants(ofPerson: representativeID)
        guard let clientID = situation.client.id, let profile = situation.client.profile,
            profile.control == .organisation, !grants.isEmpty
        else { return situation.revokingInvitations(to: [], linksOf: [representativeID]) }
        return situation.ending(grants, on: profile.id, of: clientID, .staffRemoved)
    }
}
