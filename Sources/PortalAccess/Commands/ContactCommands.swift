package import EventLine
package import PortalEvents

/// Adds somebody to a client's contacts (S3-02). A person whom the organisation knows already, as
/// a client, a contact of somebody else or a representative, keeps who they are.
package struct AddContact: CallableCommand {
    package static var replyIDs: [String] { ["contactId", "personId"] }
    private let clientID: UniqueID
    private let details: ContactAdded.Personal
    private let personID: UniqueID?

    package init(_ input: inout CommandInput) throws(Refusal) {
        clientID = try input.id("clientId")
        details = .init(
            name: try input.text("name"),
            relationship: try input.text("relationship"),
            email: try input.optionalEmail("email"),
            phone: try input.optionalTrimmed("phone")
        )
        personID = try input.optionalID("personId")
    }

    package var audience: Audience { .staff(.editDemographics) }
    package var target: Target { .client(clientID) }
    package var otherStreams: [StreamName] {
        personID.map { StreamName.streams(ofPerson: $0) } ?? []
    }

    package func decide(in situation: Situation) throws(Refusal) -> [PortalEvent] {
        if let personID { try check(personID, in: situation) }
        let added = ContactAdded(
            contactId: situation.ids[0],
            clientId: clientID,
            personId: personID ?? situation.ids[1],
            personal: .open(details)
        )
        return [.contactAdded(added)]
    }

    private func check(_ personID: UniqueID, in situation: Situation) throws(Refusal) {
        guard situation.knows(person: personID) else {
            throw Refusal(.notFound, field: "personId")
        }
        let isListed = situation.client.contacts.contains { $0.personID == personID }
        guard personID != clientID, !isListed else {
            throw .invalidInput("personId", "is the client, or one of their contacts already")
        }
    }
}

/// Puts right what is known of a contact. What is left out stays as it is; the address they sign
/// in with is another matter (ChangeLoginEmail).
package struct ChangeContact: CallableCommand {
    package static var replyIDs: [String] { ["contactId"] }
    private let contactID: UniqueID
    private let fullName: String?
    private let relationship: String?
    private let email: String?
    private let phone: String?

    package init(_ input: inout CommandInput) throws(Refusal) {
        contactID = try input.id("contactId")
        fullName = input.value("name") == nil ? nil : try input.text("name")
        relationship = input.value("relationship") == nil ? nil : try input.text("relationship")
        email = try input.optionalEmail("email")
        phone = try input.optionalTrimmed("phone")
    }

    package var audience: Audience { .staff(.editDemographics) }
    package var target: Target { .stream(StreamName("contact", contactID)) }

    package func decide(in situation: Situation) throws(Refusal) -> [PortalEvent] {
        let (contact, clientID) = try situation.contact(contactID)
        let personal = ContactDetailsChanged.Personal(
            name: fullName ?? contact.name ?? "",
            relationship: relationship ?? contact.relationship ?? "",
            email: email ?? contact.email,
            phone: phone ?? contact.phone
        )
        let changed = ContactDetailsChanged(
            contactId: contactID,
            clientId: clientID,
            personal: .open(personal)
        )
        return [.contactDetailsChanged(changed)]
    }
}

/// Ends somebody's being a contact, and with it their access to this client's profile (S3-40,
/// Their access to other profiles is untouched.
package struct DisableContact: CallableCommand {
    package static var replyIDs: [String] { ["contactId"] }
    private let contactID: UniqueID
    private let isConfirmed: Bool

    package init(_ input: inout CommandInput) throws(Refusal) {
        contactID = try input.id("contactId")
        isConfirmed = try input.optionalFlag("confirmed") ?? false
    }

    package var audience: Audience { .staff(.manageFamilyPortalAccess) }
    package var target: Target { .stream(StreamName("contact", contactID)) }
    package func people(given client: ClientState) -> Set<UniqueID> {
        client.contact(contactID).map { [$0.personID] } ?? []
    }

    package func decide(in situation: Situation) throws(Refusal) -> [PortalEvent] {
        let (contact, clientID) = try situation.contact(contactID)
        guard contact.isEnabled else { throw Refusal(.contactDisabled, field: "contactId") }
        // Who turned out to be the client keeps what they see of their own.
        let isClient = situation.isSamePerson(contact.personID, clientID)
        let grant = isClient ? nil : situation.liveGrant(ofPerson: contact.personID)
        let disabled = ContactDisabled(
            contactId: contactID,
            clientId: clientID,
            confirmed: isConfirmed
        )
        guard let grant, let profile = situation.client.profile else {
            return [.contactDisabled(disabled)]
        }
        guard profile.control == .organisation else { throw Refusal(.onlyOwnerControlsAccess) }
        guard isConfirmed else { throw .confirmationRequired("ends their portal access") }
        return [.contactDisabled(disabled)]
            + situation.ending([grant], on: profile.id, of: clientID, .contactDisabled)
    }
}

/// Makes somebody a contact again. Access does not come back: it is added again (T6).
package struct EnableContact: CallableCommand {
    package static var replyIDs: [String] { ["contactId"] }
    private let contactID: UniqueID

    package init(_ input: inout CommandInput) throws(Refusal) {
        contactID = try input.id("contactId")
    }

    package var audience: Audience { .staff(.editDemographics) }
    package var target: Target { .stream(StreamName("contact", contactID)) }

    package func decide(in situation: Situation) throws(Refusal) -> [PortalEvent] {
        let (contact, clientID) = try situation.contact(contactID)
        guard !contact.isEnabled else {
            throw .invalidInput("contactId", "this contact is not disabled")
        }
        return [.contactEnabled(.init(contactId: contactID, clientId: clientID))]
    }
}

extension Situation {
    fileprivate func contact(
        _ id: UniqueID
    ) throws(Refusal) -> (contact: Contact, client: UniqueID) {
        guard let contact = client.contact(id), let clientID = client.id else {
            throw Refusal(.notFound, field: "contactId")
        }
        return (contact, clientID)
    }
}

extension Refusal {
    /// What is asked for cannot be undone, so it must be confirmed.
    static func confirmationRequired(_ consequence: String) -> Refusal {
        Refusal(
            .confirmationRequired,
            field: "confirmed",
            detail: "it \(consequence); say \"confirmed\": true"
        )
    }
}
