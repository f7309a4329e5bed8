import EventLine

/// What whoever prints a letter or sends a mail needs to know about it: `<id>.json`.
struct Manifest {
    let id: UniqueID
    let kind: Kind
    let purpose: String
    let recipient: String
    let clientID: UniqueID?
    let fields: [JSONMember]
    let createdAt: Instant

    enum Kind: String {
        case mail
        case letter
        /// A message to a telephone.
        case text
        /// A message that is read out to whoever answers the telephone.
        case voice
    }

    var json: JSONValue {
        .object([
            JSONMember("id", .string("\(id)")), JSONMember("kind", .string(kind.rawValue)),
            JSONMember("purpose", .string(purpose)), JSONMember("recipient", .string(recipient)),
            JSONMember("clientId", clientID.map { .string("\($0)") } ?? .null),
            JSONMember("fields", .object(fields)),
            JSONMember("createdAt", .string("\(createdAt)")),
        ])
    }

    /// Writes a file of the outbox's and then the manifest, which says that the file is whole.
    func write(_ content: String, as fileExtension: String, to outbox: String) throws(ServiceError)
    {
        try DurableFile.write(Array(content.utf8), to: "\(outbox)/\(id).\(fileExtension)")
        try DurableFile.write(json.canonicalBytes + [0x0a], to: "\(outbox)/\(id).json")
    }
}
