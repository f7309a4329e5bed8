import CCurl
import Foundation

/// Hands mails to a mail server by SMTP (RFC 5321), encrypted where the settings say so.
struct SMTPRelay: MailTransport {
    let host: String
    let port: UInt16
    /// How long it waits for the server each time, in seconds.
    var patience = 30
    var security = MailSecurity.plain
    /// Whom the server knows this program as.
    var login: Login?
    /// The file of the certificates that are trusted, in place of the machine's own.
    var trusted: String?

    struct Login {
        let user: String
        let password: String
    }

    /// An address as `host:port`; nil if it is none.
    init?(_ address: String) {
        guard let colon = address.lastIndex(of: ":"),
            let port = UInt16(address[address.index(after: colon)...]), port > 0
        else { return nil }
        let host = address[..<colon]
        self.host = String(host.hasPrefix("[") ? host.dropFirst().dropLast() : host)
        self.port = port
        let isPlain = self.host.utf8.allSatisfy { $0 > 0x20 && !"/@?#".utf8.contains($0) }
        guard !self.host.isEmpty, isPlain else { return nil }
    }

    func send(
        _ mail: OutgoingMail,
        handing: () throws(ServiceError) -> Void
    ) throws(ServiceError) -> MailOutcome {
        // What would end the line would be a command of its own.
        let isLine = (mail.sender + mail.recipient).utf8.allSatisfy { $0 > 0x20 && $0 != 0x3e }
        guard isLine else {
            return .never(MailFailure(kind: .addressRejected, detail: "the address is none"))
        }
        return try withoutActuallyEscaping(handing) { handing throws(ServiceError) in
            try SMTPTransfer(Self.lines(of: mail.message), handing: handing).run(self, mail)
        }
    }

    /// Tells libcurl where the server is and what makes it trusted.
    func prepare(_ curl: UnsafeMutableRawPointer) {
        let scheme = security == .tls ? "smtps" : "smtp"
        let name = host.contains(":") ? "[\(host)]" : host
        // The last part is how this program greets.
        daybook_curl_set_text(curl, CURLOPT_URL, "\(scheme)://\(name):\(port)/daybook.local")
        // Mails with secrets take no way round that an environment variable names.
        daybook_curl_set_text(curl, CURLOPT_PROXY, "")
        daybook_curl_set_number(curl, CURLOPT_NOSIGNAL, 1)
        daybook_curl_set_number(curl, CURLOPT_CONNECTTIMEOUT, patience)
        daybook_curl_set_number(curl, CURLOPT_SERVER_RESPONSE_TIMEOUT, patience)
        let isEncrypted = security != .plain
        let use = isEncrypted ? CURLUSESSL_ALL : CURLUSESSL_NONE
        daybook_curl_set_number(curl, CURLOPT_USE_SSL, Int(use.rawValue))
        daybook_curl_set_number(curl, CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2)
        if let trusted { daybook_curl_set_text(curl, CURLOPT_CAINFO, trusted) }
        if let login {
            daybook_curl_set_text(curl, CURLOPT_USERNAME, login.user)
            daybook_curl_set_text(curl, CURLOPT_PASSWORD, login.password)
        }
    }

    /// The message with the line ends of mail. libcurl doubles the dots that begin a line.
    private static func lines(of message: [UInt8]) -> [UInt8] {
        var lines: [UInt8] = []
        lines.reserveCapacity(message.count + 16)
        for line in message.split(separator: 0x0a, omittingEmptySubsequences: false) {
            lines.append(contentsOf: line.last == 0x0d ? line.dropLast() : line)
            lines.append(contentsOf: [0x0d, 0x0a])
        }
        return lines
    }
}

/// What a mail server answered.
struct SMTPReply: Hashable {
    let code: Int
    let text: String

    /// Nil if the server said yes; a later try helps only where it said 4xx.
    func failure(_ kind: MailFailure.Kind) -> MailOutcome? {
        guard !(200..<400).contains(code) else { return nil }
        let failure = MailFailure(kind: kind, detail: "\(code) \(text)")
        return (400..<500).contains(code) ? .notNow(failure) : .never(failure)
    }
}
