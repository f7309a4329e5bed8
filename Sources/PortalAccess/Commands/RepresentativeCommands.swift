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
        return [.authorisedRepresentativeRemoved(removed)] + revokingInvitations(in: situation)
            + endingAccess(in: situation)
    }

    /// What was mailed to them lets nobody in any more.
    private func revokingInvitations(in situation: Situation) -> [PortalEvent] {
        guard let clientID = situation.client.id else { return [] }
        return situation.client.invitations.filter {
            $0.isOpen && $0.recipientID == representativeID
        }.map { $0.revoked(for: clientID) }
    }

    /// Whoever may no longer act for the client no longer sees the profile as their
    /// representative. Where an owner controls it, ending access is theirs (invariant 8).
    private func endingAccess(in situation: Situation) -> [PortalEvent] {
        guard let clientID = situation.client.id, let profile = situation.client.profile,
            profile.control == .organisation
        else { return [] }
        return situation.liveGrants(ofPerson: representativeID).flatMap {
            situation.ending($0, on: profile.id, of: clientID, .staffRemoved)
        }
    }
}
