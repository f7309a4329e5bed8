import EventLine

/// A field of a command's or a query's input, as its own reading of the input shows it.
package struct InputField: Hashable, Sendable {
    package let name: String
    package var kind: InputKind
}

/// What can stand in a field.
package enum InputKind: Hashable, Sendable {
    /// A text of at most so many bytes.
    case text(limit: Int)
    case email
    case id
    case ids
    case date
    case flag
    case number(ClosedRange<Int>)
    /// One of these words.
    case word([String])
    /// Several different ones of these words.
    case words([String])
    case object
    /// A JSON object or array, or a text.
    case content
    /// Anything: the field has a form of its own, or its absence alone says something.
    case any

    /// The kind in a word.
    package var name: String {
        switch self {
        case .text: "text"
        case .email: "email"
        case .id: "id"
        case .ids: "ids"
        case .date: "date"
        case .flag: "flag"
        case .number: "number"
        case .word: "word"
        case .words: "words"
        case .object: "object"
        case .content: "object, array or text"
        case .any: "value"
        }
    }
}

extension InputField {
    /// An id that nothing has, for examples.
    package static let sampleID = "01934a5e-7c10-7001-8a3b-0242ac120025"

    /// Values that may fit, the likeliest first.
    var samples: [JSONValue] {
        switch kind {
        case .text(let limit): Self.texts(name).map { .string(String($0.prefix(limit))) }
        case .email: ["ada@example.org"]
        case .id: [.string(Self.sampleID)]
        case .ids: [[.string(Self.sampleID)]]
        case .date: [Self.isBirth(name) ? "1980-02-29" : "2026-12-31"]
        case .flag: [true]
        case .number(let range): [.integer(Int64(min(max(14, range.lowerBound), range.upperBound)))]
        case .word(let words): words.map(JSONValue.string)
        case .words(let words): [.array(words.prefix(2).map(JSONValue.string)), []]
        case .object, .content: [Self.object(name)]
        case .any: [Self.isFile(name) ? Self.wordFile : Self.object(name)] + Self.anything
        }
    }

    private static let anything: [JSONValue] = [wordFile, [], .string(sampleID), "x", 1, true]

    private static func isFile(_ name: String) -> Bool { name == "wordFile" }

    private static func object(_ name: String) -> JSONValue {
        switch name {
        case "details": ["givenName": "Ada", "familyName": "Lane"]
        case "form": ["title": "Before your visit", "questions": ["Are you in pain?"]]
        case "answers": ["Are you in pain?": "no"]
        default: ["name": "aspirin"]
        }
    }

    private static func isBirth(_ name: String) -> Bool { name == "dateOfBirth" || name == "new" }

    private static func texts(_ name: String) -> [String] {
        let id = sampleID
        let own: [String] =
            switch name {
            case "givenName": ["Ada"]
            case "familyName": ["Lane"]
            case "name": ["Ada Lane"]
            case "email": ["ada@example.org"]
            case "phone": ["+1 555 0100"]
            case "timeZone": ["America/New_York"]
            case "organisationType": ["hospice"]
            case "patientIdNumber": ["P-1001"]
            case "activationCode": ["ABCD-EFGH-JKLM"]
            case "password": ["correct horse battery"]
            case "code": ["123456"]
            case "token": ["c0ffee0123456789"]
            case "dateOfBirth": ["02/29/1980"]
            case "kind": ["medication"]
            case "relationship": ["daughter"]
            default: ["Some text"]
            }
        return own + [
            "staff/\(id)", "person/\(id)", "client/\(id)", "contact/\(id)", "representative/\(id)",
            "2026-12-31", "02/29/1980",
        ]
    }
}
