import EventLine
import Foundation

/// A plain-text mail in the form of RFC 5322, with an 8-bit body in UTF-8.
struct MailMessage {
    let id: UniqueID
    let recipient: String
    let subject: String
    let body: String
    let date: Instant

    var text: String {
        let headers = [
            "Date: \(dateText)",
            "From: portal@daybook.local",
            "To: \(recipient)",
            "Subject: \(encoded(subject))",
            "Message-ID: <\(id)@daybook.local>",
            "MIME-Version: 1.0",
            "Content-Type: text/plain; charset=utf-8",
            "Content-Transfer-Encoding: 8bit",
        ]
        let lines =
            headers + [""]
            + body.split(separator: "\n", omittingEmptySubsequences: false)
            .map(String.init)
        return lines.joined(separator: "\r\n")
    }

    private var dateText: String {
        let formatter = DateFormatter()
        formatter.locale = Locale(identifier: "en_US_POSIX")
        formatter.timeZone = TimeZone(secondsFromGMT: 0)
        formatter.dateFormat = "EEE, dd MMM yyyy HH:mm:ss Z"
        return formatter.string(
            from: Date(timeIntervalSince1970: Double(date.microseconds) / 1_000_000)
        )
    }

    /// RFC 2047: text outside ASCII in a header.
    private func encoded(_ text: String) -> String {
        guard !text.utf8.allSatisfy({ $0 < 0x80 }) else { return text }
        return "=?utf-8?B?\(Data(text.utf8).base64EncodedString())?="
    }
}
