import EventLine

/// A command with a document, which is read and kept outside, as a sealed blob.
package protocol CarriesDocument: Command {
    /// The document.
    var document: UploadedDocument { get }
}

/// A document as it comes in: a file in base64, or a text.
package struct UploadedDocument: Hashable, Sendable {
    package let form: Form
    package let fileName: String?

    package enum Form: Hashable, Sendable {
        /// Whether it is base64 is checked outside.
        case base64(String)
        case text(String)
    }

    /// The longest document, in bytes.
    package static let byteCountMax = 16 << 20

    init(_ input: inout CommandInput) throws(Refusal) {
        guard let value = input.value("content") else {
            throw .invalidInput("content", "is required")
        }
        if let text = value.string {
            form = .text(text)
            fileName = nil
        } else {
            guard let name = value["fileName"]?.string, let content = value["content"]?.string,
                value.members?.count == 2
            else {
                throw .invalidInput(
                    "content",
                    "must be a text or {\"fileName\":…,\"content\":<base64>}"
                )
            }
            guard (1...CommandInput.Limit.name).contains(name.utf8.count) else {
                throw .invalidInput("content", "its fileName must have 1 to 400 bytes")
            }
            form = .base64(content)
            fileName = name
        }
        guard (1...Self.byteCountMax).contains(byteCount) else {
            throw .invalidInput("content", "must have 1 to \(Self.byteCountMax) bytes")
        }
    }

    /// What kind of file it is, as far as that is certain.
    var mediaType: String? {
        switch form {
        case .base64: nil
        case .text: "text/plain; charset=utf-8"
        }
    }

    var byteCount: Int {
        switch form {
        case .base64(let text):
            text.utf8.count / 4 * 3 - text.utf8.suffix(2).count { $0 == 0x3d }
        case .text(let text): text.utf8.count
        }
    }
}
