import CCurl

/// One mail on its way to a mail server by libcurl, which knows SMTP, TLS and passwords.
final class SMTPTransfer {
    private let message: [UInt8]
    private let handing: () throws(ServiceError) -> Void
    private var place = 0
    /// Whether the server may have the whole mail.
    private var isHanded = false
    private var failure: ServiceError?
    /// What the server said last, as far as it has said it.
    private var reply: SMTPReply?
    private var isContinued = false

    init(_ message: [UInt8], handing: @escaping () throws(ServiceError) -> Void) {
        self.message = message
        self.handing = handing
    }

    /// Carries the mail to the server; says what came of it. Blocks until then.
    func run(_ relay: SMTPRelay, _ mail: OutgoingMail) throws(ServiceError) -> MailOutcome {
        guard let curl = curl_easy_init() else { throw ServiceError("out of memory") }
        defer { curl_easy_cleanup(curl) }
        let recipients = curl_slist_append(nil, mail.recipient)
        defer { curl_slist_free_all(recipients) }
        var fault = [CChar](repeating: 0, count: Int(CURL_ERROR_SIZE))
        let code = fault.withUnsafeMutableBufferPointer { fault in
            daybook_curl_set_pointer(curl, CURLOPT_ERRORBUFFER, fault.baseAddress)
            daybook_curl_set_text(curl, CURLOPT_MAIL_FROM, mail.sender)
            daybook_curl_set_pointer(curl, CURLOPT_MAIL_RCPT, recipients)
            relay.prepare(curl)
            listen(curl)
            return curl_easy_perform(curl)
        }
        if let failure { throw failure }
        let text = String(decoding: fault.prefix { $0 != 0 }.map(UInt8.init), as: UTF8.self)
        return outcome(code, text.isEmpty ? String(cString: curl_easy_strerror(code)) : text, relay)
    }

    private func listen(_ curl: UnsafeMutableRawPointer) {
        // It lives until the transfer has ended, and nobody calls back after that.
        let this = Unmanaged.passUnretained(self).toOpaque()
        daybook_curl_set_number(curl, CURLOPT_UPLOAD, 1)
        daybook_curl_set_pointer(curl, CURLOPT_READDATA, this)
        daybook_curl_set_callback(curl, CURLOPT_READFUNCTION) { buffer, size, count, this in
            guard let buffer, let this else { return Int(CURL_READFUNC_ABORT) }
            let transfer = Unmanaged<SMTPTransfer>.fromOpaque(this).takeUnretainedValue()
            return transfer.give(UnsafeMutableRawPointer(buffer), size * count)
        }
        daybook_curl_set_pointer(curl, CURLOPT_HEADERDATA, this)
        daybook_curl_set_callback(curl, CURLOPT_HEADERFUNCTION) { buffer, size, count, this in
            guard let buffer, let this else { return 0 }
            let bytes = UnsafeRawBufferPointer(start: buffer, count: size * count)
            Unmanaged<SMTPTransfer>.fromOpaque(this).takeUnretainedValue()
                .hear(String(decoding: bytes, as: UTF8.self))
            return bytes.count
        }
    }

    /// The next piece of the message. Until the end of it is told, the server has no mail.
    private func give(_ buffer: UnsafeMutableRawPointer, _ room: Int) -> Int {
        let count = min(room, message.count - place)
        guard count == 0 else {
            message.withUnsafeBytes { from in
                guard let start = from.baseAddress else { return }
                buffer.copyMemory(from: start + place, byteCount: count)
            }
            place += count
            return count
        }
        guard !isHanded else { return 0 }
        do throws(ServiceError) {
            try handing()
        } catch {
            failure = error
            return Int(CURL_READFUNC_ABORT)
        }
        isHanded = true
        reply = nil
        return 0
    }

    /// A line of the server's: one of several has a hyphen behind the code (RFC 5321 §4.2.1).
    private func hear(_ line: String) {
        // 221 answers the goodbye, which libcurl says after a refusal too.
        guard let code = Int(line.prefix(3)), code != 221 else { return }
        let text = line.dropFirst(4).filter { !$0.isNewline }
        reply = SMTPReply(
            code: code,
            text: isContinued ? "\(reply?.text ?? "") \(text)" : String(text)
        )
        isContinued = line.dropFirst(3).first == "-"
    }

    private func outcome(_ code: CURLcode, _ fault: String, _ relay: SMTPRelay) -> MailOutcome {
        if code == CURLE_OK { return .accepted }
        if isHanded { return reply?.failure(.refused) ?? .unknown }
        // The operator can mend these, and the mails go then: none of them is the mail's fault.
        switch code {
        case CURLE_LOGIN_DENIED:
            let said = reply.map { " (\($0.code) \($0.text))" } ?? ""
            return later(.refused, "\(relay.host) does not take the user and password\(said)")
        case CURLE_USE_SSL_FAILED:
            return later(.unreachable, "\(relay.host) offers no STARTTLS: \(fault)")
        case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CACERT_BADFILE:
            return later(.unreachable, "\(relay.host) has no certificate to trust: \(fault)")
        default:
            let isAddress = fault.hasPrefix("RCPT")
            return reply?.failure(isAddress ? .addressRejected : .refused)
                ?? later(.unreachable, "\(relay.host):\(relay.port): \(fault)")
        }
    }

    private func later(_ kind: MailFailure.Kind, _ detail: String) -> MailOutcome {
        .notNow(MailFailure(kind: kind, detail: detail))
    }
}
