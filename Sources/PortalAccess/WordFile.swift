import EventLine
import PortalEvents

/// A command with a Word file, which is checked and kept outside, as a blob.
package protocol CarriesWordFile: Command {
    /// The file, if one was given.
    var uploaded: WordFile? { get }
}

/// A Word file as it comes in, in base64. Whether it is one is checked outside.
package struct WordFile: Hashable, Sendable {
    package let fileName: String
    package let content: String
    private let byteCount: Int

    package static let mediaType =
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

    init(_ input: inout CommandInput) throws(Refusal) {
        guard let value = input.value("wordFile") else {
            throw Refusal(.wordFileRequired, field: "wordFile", detail: "upload a .docx file")
        }
        guard value.members != nil else {
            throw .invalidInput("wordFile", "must be {\"fileName\":…,\"content\":<base64>}")
        }
        guard let name = value["fileName"]?.string, let content = value["content"]?.string else {
            throw .invalidInput("wordFile", "must hold the strings fileName and content")
        }
        guard name.utf8.count <= CommandInput.Limit.name else {
            throw .invalidInput("wordFile", "its fileName is too long")
        }
        fileName = name
        self.content = content
        byteCount = content.utf8.count / 4 * 3 - content.utf8.suffix(2).count { $0 == 0x3d }
    }

    func reference(blob: UniqueID) -> WordFileReference {
        WordFileReference(
            blobId: blob,
            fileName: fileName,
            mediaType: Self.mediaType,
            byteCount: byteCount
        )
    }
}
