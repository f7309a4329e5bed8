/// How a mail leaves the house.
protocol MailTransport: Sendable {
    /// Hands a mail over.
    ///
    /// - Parameter handing: to be called at the last moment at which it is certain that the
    ///   receiver does not have the mail. If it throws, the mail is not handed over.
    func send(
        _ mail: OutgoingMail,
        handing: () throws(ServiceError) -> Void
    ) throws(ServiceError) -> MailOutcome
}

/// A mail as it is handed over.
struct OutgoingMail {
    let sender: String
    let recipient: String
    /// The message in the form of RFC 5322.
    let message: [UInt8]
}

/// What came of handing a mail over.
enum MailOutcome: Hashable {
    case accepted
    /// It may succeed later.
    case notNow(MailFailure)
    /// It never will.
    case never(MailFailure)
    /// The connection was lost after everything was sent and before an answer came.
    case unknown
}

/// Why a mail was not taken.
struct MailFailure: Hashable {
    let kind: Kind
    /// What the server said.
    let detail: String

    enum Kind: Hashable {
        case unreachable
        case refused
        case addressRejected
    }
}
