import EventLine
import Foundation

/// A plain-text mail in the form of RFC 5322, in bytes that every mail server takes: a body in
/// UTF-8 that is not ASCII goes in base64.
struct MailMessage {
    let id: UniqueID
    let sender: String
    let recipient: String
    let subject: String
    let body: String
    let date: Instant

    var text: String {
        let lines = body.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        let isPlain = lines.allSatisfy { line in
            line.utf8.count <= Self.lineLengthMax
                && line.utf8.allSatisfy { $0 < 0x80 && $0 != 0x0d }
        }
        let headers = [
            "Date: \(dateText)",
            "From: \(sender)",
            "To: \(recipient)",
            "Subject: \(encoded(subject))",
            "Message-ID: <\(id)@daybook.local>",
            "MIME-Version: 1.0",
            "Content-Type: text/plain; charset=utf-8",
            "Content-Transfer-Encoding: \(isPlain ? "7bit" : "base64")",
        ]
        return (headers + [""] + (isPlain ? lines : base64Lines)).joined(separator: "\r\n")
    }

    /// RFC 5322 §2.1.1, without the line's end.
    private static let lineLengthMax = 998

    private var base64Lines: [String] {
        Data(body.utf8).base64EncodedString(options: [.lineLength76Characters])
            .split(whereSeparator: \.isNewline).map(String.init)
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

    /// RFC 2047: text outside ASCII in a header, in words of at most 75 characters. What would
    /// begin another header is a space.
    private func encoded(_ text: String) -> String {
        let line = String(text.map { $0.isNewline ? " " : $0 })
        guard !line.utf8.allSatisfy({ $0 < 0x80 }) else { return line }
        var words: [String] = [""]
        for character in line {
            if (words.last ?? "").utf8.count + character.utf8.count > 39 { words.append("") }
            words[words.count - 1].append(character)
        }
        return words.map { "=?utf-8?B?\(Data($0.utf8).base64EncodedString())?=" }
            .joined(separator: "\r\n ")
    }
}
