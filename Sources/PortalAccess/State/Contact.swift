package import EventLine
import PortalEvents

/// A contact of a client (T6). The same person can be a contact of several clients.
package struct Contact: Hashable, Sendable {
    package let id: UniqueID
    /// Whom the contact is; it ties the same human across clients (S3-03).
    package let personID: UniqueID
    package private(set) var name: String?
    package private(set) var relationship: String?
    package private(set) var email: String?
    package private(set) var phone: String?
    package private(set) var isEnabled = true

    init(_ event: ContactAdded) {
        let personal = event.personal.content
        id = event.contactId
        personID = event.personId
        name = personal?.name
        relationship = personal?.relationship
        email = personal?.email
        phone = personal?.phone
    }

    /// The state after an event.
    mutating func evolve(with event: PortalEvent) {
        switch event {
        case .contactDetailsChanged(let event) where event.contactId == id:
            let personal = event.personal.content
            name = personal?.name
            relationship = personal?.relationship
            email = personal?.email
            phone = personal?.phone
        case .contactDisabled(let event) where event.contactId == id: isEnabled = false
        case .contactEnabled(let event) where event.contactId == id: isEnabled = true
        default: break
        }
    }
}
