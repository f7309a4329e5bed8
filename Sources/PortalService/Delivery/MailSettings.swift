/// How mails leave the house, as `daybook.json` says it.
package struct MailSettings: Codable, Hashable, Sendable {
    /// The address that mails come from.
    package var sender: String
    /// A mail server as `host:port`, on this machine or in a network that is trusted.
    package var relay: String?
    /// The path of a sendmail command.
    package var sendmail: String?

    /// Settings for a relay or a command; with neither, mails stay in the outbox.
    package init(sender: String, relay: String? = nil, sendmail: String? = nil) {
        self.sender = sender
        self.relay = relay
        self.sendmail = sendmail
    }

    /// Whether a text is a mail server's address, as `host:port`.
    package static func isRelay(_ text: String) -> Bool { SMTPRelay(text) != nil }

    /// Whether a text can stand as an address between the brackets of SMTP.
    package static func isAddress(_ text: String) -> Bool {
        let parts = text.split(separator: "@", omittingEmptySubsequences: false)
        return parts.count == 2 && parts.allSatisfy { !$0.isEmpty }
            && text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7f && !"<>,;".utf8.contains($0) }
    }
}
