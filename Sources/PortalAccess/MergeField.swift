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
    // Only in mails.
    case recipientName
    case portalLink
    case invitationLink
    case temporaryPassword
    case confirmationLink
    case resetLink

    /// Those that a letter can name.
    package static let inLetters: [MergeField] = [
        .patientIdNumber, .activationCode, .registrationLink, .clientName, .givenName, .familyName,
        .organisationName, .expiryDate, .today, .body,
    ]

    /// Those that any mail can name, its subject too: none of them is a secret.
    package static let inMails: [MergeField] = [
        .clientName, .givenName, .familyName, .recipientName, .organisationName, .expiryDate,
        .today, .portalLink,
    ]

    /// The fields that a text names, each once, in their order. `parts` are those of the
    /// credentials that the letter may show; nil allows all.
    static func fields(
        in text: String,
        showing parts: [LetterPart]? = nil
    ) throws(Refusal) -> [MergeField] {
        let fields = try fields(in: text, among: inLetters, as: "body")
        for field in fields {
            guard let parts, let part = LetterPart(rawValue: field.rawValue) else { continue }
            guard parts.contains(part) else {
                throw Refusal(
                    .unknownMergeField,
                    field: "body",
                    detail: "{{\(field.rawValue)}} is not among the letter's parts"
                )
            }
        }
        return fields
    }

    /// The fields that a text names, each once, in their order, all of which must be known.
    package static func fields(
        in text: String,
        among known: [MergeField],
        as field: String
    ) throws(Refusal) -> [MergeField] {
        var fields: [MergeField] = []
        for name in names(in: text) {
            guard let found = MergeField(rawValue: name), known.contains(found) else {
                let words = known.map(\.rawValue).joined(separator: ", ")
                throw Refusal(
                    .unknownMergeField,
                    field: field,
                    detail: "{{\(name)}} is none of the merge fields here; there are \(words)"
                )
            }
            if !fields.contains(found) { fields.append(found) }
        }
        return fields
    }

    /// The known fields that a text names.
    package static func named(in text: String) -> [MergeField] {
        names(in: text).compactMap { MergeField(rawValue: $0) }
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
