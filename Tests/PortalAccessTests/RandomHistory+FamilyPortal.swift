import EventLine
import PortalAccess
import PortalEvents

extension RandomHistory {
    /// What staff do with contacts and their access, to this client's profile or to any.
    mutating func aboutFamilyPortal() -> (String, JSONValue) {
        let contact: JSONValue = ["contactId": .id(anyContact())]
        let confirmed = JSONValue.bool(chance(80))
        switch Int.random(in: 0..<10, using: &generator) {
        case 0: return ("AddContact", addingContact())
        case 1...4:
            let email = one(of: Self.emails)
            return ("AddFamilyPortalAccess", stage.givingAccess(holder(), email: email))
        case 5: return ("DisableContact", contact.with("confirmed", confirmed))
        case 6: return ("EnableContact", contact)
        case 7:
            let input: JSONValue = ["grantId": .id(anyGrant())]
            return chance(50)
                ? ("RemoveFamilyPortalAccess", input.with("confirmed", confirmed))
                : ("ChangeAccessRole", input.with("roleId", .id(stage.role("patient"))))
        case 8: return ("ResendInvitation", stage.portalInvitation)
        default:
            let accounts = clients.flatMap { stage.world.clients[$0]?.accounts ?? [] }.map(\.id)
            let account = JSONValue.id(one(of: accounts + [Stage.nobody]))
            return (
                "ChangeLoginEmail",
                ["accountId": account, "new": .string(one(of: Self.emails))]
            )
        }
    }

    /// A new person, another client, or a contact of somebody else.
    private mutating func addingContact() -> JSONValue {
        let input = stage.clientInput.with("name", "Pat").with("relationship", "brother")
        let people =
            clients + clients.flatMap { stage.world.clients[$0]?.contacts ?? [] }.map(\.personID)
        let person = chance(25) ? anybody() : one(of: people)
        return chance(40) ? input : input.with("personId", .id(person))
    }

    private mutating func holder() -> String {
        chance(30) ? "client/\(stage.client)" : "contact/\(anyContact())"
    }

    private mutating func anyContact() -> UniqueID {
        one(of: stage.state.contacts.map(\.id) + [Stage.nobody])
    }

    private mutating func anyGrant() -> UniqueID {
        one(of: (stage.profile?.grants ?? []).map(\.id) + [Stage.nobody])
    }
}
