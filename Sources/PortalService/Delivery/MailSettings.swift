import Foundation

/// How mails leave the house, as `daybook.json` says it.
package struct MailSettings: Codable, Hashable, Sendable {
    /// The address that mails come from.
    package var sender: String
    /// A mail server as `host:port`.
    package var relay: String?
    /// How the connection to the mail server is encrypted; nil for not at all.
    package var security: MailSecurity?
    /// Whom the mail server knows this program as.
    package var user: String?
    /// The file that holds the password, which nobody else may read.
    package var passwordFile: String?
    /// The file of the certificates that are trusted, in place of the machine's own.
    package var caFile: String?
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

    /// The environment variable that holds the password, where no file does.
    package static let passwordVariable = "DAYBOOK_SMTP_PASSWORD"

    /// The way to the mail server; nil where there is none. The password is read each time, so
    /// that a new one needs no restart.
    package func checkedRelay() throws(ServiceError) -> String? { try transport()?.host }

    func transport() throws(ServiceError) -> SMTPRelay? {
        guard let relay else { return nil }
        guard var transport = SMTPRelay(relay) else {
            throw ServiceError("the relay \(relay) in daybook.json is no host:port")
        }
        transport.security = security ?? .plain
        transport.trusted = caFile
        guard let user else { return transport }
        guard transport.security != .plain else {
            throw ServiceError("a password goes to the mail server only encrypted; use --security")
        }
        transport.login = SMTPRelay.Login(user: user, password: try password())
        return transport
    }

    private func password() throws(ServiceError) -> String {
        guard let passwordFile else {
            let environment = ProcessInfo.processInfo.environment
            if let found = environment[Self.passwordVariable], !found.isEmpty { return found }
            throw ServiceError(
                "the mail server's password is missing; set \(Self.passwordVariable), or name a "
                    + "file with --password-file"
            )
        }
        let attributes = try? FileManager.default.attributesOfItem(atPath: passwordFile)
        guard let permissions = (attributes?[.posixPermissions] as? NSNumber)?.intValue,
            let bytes = FileManager.default.contents(atPath: passwordFile)
        else { throw ServiceError("the password file \(passwordFile) cannot be read") }
        guard permissions & 0o077 == 0 else {
            throw ServiceError(
                "others may read the password file \(passwordFile); run chmod 600 on it"
            )
        }
        return String(decoding: bytes.prefix { $0 != 0x0a && $0 != 0x0d }, as: UTF8.self)
    }
}

/// How the connection to a mail server is encrypted (RFC 8314).
package enum MailSecurity: String, Codable, Hashable, Sendable, CaseIterable {
    /// Not at all: on this machine, or in a network that is trusted.
    case plain
    /// By the command STARTTLS; a server that offers none gets no mail.
    case starttls
    /// From the first byte.
    case tls

    /// What servers expect at a port.
    package static func usual(at address: String) -> MailSecurity {
        switch SMTPRelay(address)?.port {
        case 465: .tls
        case 587: .starttls
        default: .plain
        }
    }
}
