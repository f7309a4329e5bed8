import EventLine
import PortalEvents

/// A field that a letter or a mail can name as `{{field}}` (S1-12).
package enum MergeField: String, Sendable, CaseIterable {
    case patientIdNumber
    case activationCode
    case registrationLink
    case clientName
    case givenName
    case familyName
    case organisationName
    case expiryDate
    case today
    case body

    /// The fields that a text names, each once, in their order. `parts` are those of the
    /// credentials that the letter may show; nil allows all.
    static func fields(
        in text: String,
        showing parts: [LetterPart]? = nil
    ) throws(Refusal) -> [MergeField] {
        var fields: [MergeField] = []
        for name in names(in: text) {
            guard let field = MergeField(rawValue: name) else {
                throw .unknownMergeField("{{\(name)}} is none of the merge fields")
            }
            if let parts, let part = LetterPart(rawValue: name), !parts.contains(part) {
                throw .unknownMergeField("{{\(name)}} is not among the letter's parts")
            }
            if !fields.contains(field) { fields.append(field) }
        }
        return fields
    }

    /// The names between double braces, without the white space around them.
    private static func names(in text: String) -> [String] {
        var names: [String] = []
        var rest = Substring(text)
        while let opening = rest.firstRange(of: "{{") {
            rest = rest[opening.upperBound...]
            guard let closing = rest.firstRange(of: "}}") else { break }
            names.append(String(trimming: String(rest[..<closing.lowerBound])))
            rest = rest[closing.upperBound...]
        }
        return names
    }

    /// A text with each `{{field}}` replaced by its value; a field without value by nothing.
    package static func merge(_ text: String, _ value: (MergeField) -> String?) -> String {
        var merged = ""
        var rest = Substring(text)
        while let opening = rest.firstRange(of: "{{") {
            merged += rest[..<opening.lowerBound]
            rest = rest[opening.upperBound...]
            guard let closing = rest.firstRange(of: "}}") else {
                return merged + "{{" + rest
            }
            let name = String(trimming: String(rest[..<closing.lowerBound]))
            merged += MergeField(rawValue: name).flatMap(value) ?? ""
            rest = rest[closing.upperBound...]
        }
        return merged + rest
    }
}

extension Refusal {
    fileprivate static func unknownMergeField(_ detail: String) -> Refusal {
        let known = MergeField.allCases.map(\.rawValue).joined(separator: ", ")
        return Refusal(.unknownMergeField, field: "body", detail: "\(detail); there are \(known)")
    }
}

/// A Word file as it comes in. Whether it is one was checked when it was read.
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
