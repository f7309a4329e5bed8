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
        try checkBraces(in: text, as: "body")
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
        for name in tags(in: text).names {
            guard let found = MergeField(rawValue: name), known.contains(found) else {
                throw unknown(name, known, field)
            }
            if !fields.contains(found) { fields.append(found) }
        }
        return fields
    }

    /// Refuses a text in which a field begins and does not end.
    static func checkBraces(in text: String, as field: String) throws(Refusal) {
        guard !tags(in: text).isWhole else { return }
        throw Refusal(
            .unknownMergeField,
            field: field,
            detail: "a {{ has no }} after it; a merge field is written {{name}}"
        )
    }

    private static func unknown(_ name: String, _ known: [MergeField], _ field: String) -> Refusal {
        let words = known.map(\.rawValue).joined(separator: ", ")
        let isOtherTag = name.first.map { "#^/>!&{=%$<".contains($0) } ?? true
        return Refusal(
            .unknownMergeField,
            field: field,
            detail: isOtherTag
                ? "{{\(name)}} is no merge field, which is written {{name}}; sections, partials "
                    + "and the like have no place here; there are \(words)"
                : "{{\(name)}} is none of the merge fields here; there are \(words)"
        )
    }

    /// The known fields that a text names.
    package static func named(in text: String) -> [MergeField] {
        tags(in: text).names.compactMap { MergeField(rawValue: $0) }
    }

    /// What stands between double braces, without the white space around it, and whether all of
    /// them are closed.
    private static func tags(in text: String) -> (names: [String], isWhole: Bool) {
        var names: [String] = []
        var rest = Substring(text)
        while let opening = rest.firstRange(of: "{{") {
            rest = rest[opening.upperBound...]
            guard let closing = rest.firstRange(of: "}}") else { return (names, false) }
            names.append(String(trimming: String(rest[..<closing.lowerBound])))
            rest = rest[closing.upperBound...]
        }
        return (names, true)
    }
}
