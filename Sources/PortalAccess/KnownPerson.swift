import EventLine

extension Situation {
    /// Whether the organisation knows somebody: as a client, or as a contact, a representative or
    /// the holder of an account of one. Asked of clients whom the decision touches.
    func knows(person id: UniqueID) -> Bool {
        client.knows(person: id) || others.values.contains { $0.knows(person: id) }
    }
}

extension StreamName {
    /// From where it can be told with which clients the organisation knows a person.
    static func streams(ofPerson id: UniqueID) -> [StreamName] {
        ["client", "person", "representative"].map { StreamName($0, id) }
    }
}

extension ClientState {
    fileprivate func knows(person id: UniqueID) -> Bool {
        self.id == id || card?.representative(id) != nil
            || contacts.contains { $0.personID == id }
            || accounts.contains { $0.holder == .person(id) }
    }
}
