import Foundation

/// Hands mails to a mail server by SMTP (RFC 5321).
///
/// It speaks without encryption and without a password, to a server on this machine or in a
/// network that is trusted; one that needs either is reached with a sendmail command.
struct SMTPRelay: MailTransport {
    let host: String
    let port: UInt16
    /// How long it waits for the server each time.
    var patience = 30

    /// An address as `host:port`; nil if it is none.
    init?(_ address: String) {
        guard let colon = address.lastIndex(of: ":"),
            let port = UInt16(address[address.index(after: colon)...]), port > 0
        else { return nil }
        let host = address[..<colon]
        self.host = String(host.hasPrefix("[") ? host.dropFirst().dropLast() : host)
        self.port = port
        guard !self.host.isEmpty else { return nil }
    }

    func send(
        _ mail: OutgoingMail,
        handing: () throws(ServiceError) -> Void
    ) throws(ServiceError) -> MailOutcome {
        guard let connection = SMTPConnection(host: host, port: port, patience: patience) else {
            return .notNow(
                MailFailure(kind: .unreachable, detail: "\(host):\(port) does not answer")
            )
        }
        if let failure = envelope(of: mail, connection) { return failure }
        guard connection.write(Self.stuffed(mail.message)) else { return Self.connectionLost }
        // Until the line with the dot, the server has no mail.
        try handing()
        guard connection.write(Array(".\r\n".utf8)), let reply = connection.reply() else {
            return .unknown
        }
        guard let failure = reply.failure(.refused) else {
            connection.command("QUIT")
            return .accepted
        }
        return failure
    }

    /// Says who sends and who receives; nil if the server now waits for the message.
    private func envelope(of mail: OutgoingMail, _ connection: SMTPConnection) -> MailOutcome? {
        guard let greeting = connection.reply() else { return Self.connectionLost }
        if let failure = greeting.failure(.refused) { return failure }
        var has8Bit = false
        switch connection.asked("EHLO daybook.local") {
        case nil: return Self.connectionLost
        case let reply? where reply.isPositive: has8Bit = reply.text.contains("8BITMIME")
        case _?:
            guard let reply = connection.asked("HELO daybook.local") else {
                return Self.connectionLost
            }
            if let failure = reply.failure(.refused) { return failure }
        }
        let form = has8Bit ? " BODY=8BITMIME" : ""
        let steps: [(String, MailFailure.Kind)] = [
            ("MAIL FROM:<\(mail.sender)>\(form)", .refused),
            ("RCPT TO:<\(mail.recipient)>", .addressRejected), ("DATA", .refused),
        ]
        for (line, kind) in steps {
            guard let reply = connection.asked(line) else { return Self.connectionLost }
            if let failure = reply.failure(kind) { return failure }
        }
        return nil
    }

    private static let connectionLost = MailOutcome.notNow(
        MailFailure(kind: .unreachable, detail: "the connection was lost")
    )

    /// The message with its line ends, and a dot before each line that begins with one (§4.5.2).
    private static func stuffed(_ message: [UInt8]) -> [UInt8] {
        var stuffed: [UInt8] = []
        stuffed.reserveCapacity(message.count + 16)
        for line in message.split(separator: 0x0a, omittingEmptySubsequences: false) {
            if line.first == UInt8(ascii: ".") { stuffed.append(UInt8(ascii: ".")) }
            stuffed.append(contentsOf: line.last == 0x0d ? line.dropLast() : line)
            stuffed.append(contentsOf: [0x0d, 0x0a])
        }
        return stuffed
    }
}

/// What a mail server answered.
struct SMTPReply: Hashable {
    let code: Int
    let text: String

    var isPositive: Bool { (200..<400).contains(code) }

    /// Nil if the server said yes; a later try helps only where it said 4xx.
    func failure(_ kind: MailFailure.Kind) -> MailOutcome? {
        guard !isPositive else { return nil }
        let failure = MailFailure(kind: kind, detail: "\(code) \(text)")
        return (400..<500).contains(code) ? .notNow(failure) : .never(failure)
    }
}
