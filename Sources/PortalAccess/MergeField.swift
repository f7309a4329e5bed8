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
