import EventLine
import PortalAccess

/// The fields of a command and what stands in them: the contract's table, as far as S0 and S1 go.
struct CommandForm: Sendable, CustomStringConvertible {
    let name: String
    let fields: [Field]

    struct Field: Sendable {
        let name: String
        let kind: Kind
        let absence: Absence
    }

    enum Kind: Sendable {
        case id
        case ids
        case name
        /// A name that is looked at later.
        case limited
        case text
        case email
        case date
        case flag
        case number
        case object
        case details
        /// A date as MM/DD/YYYY.
        case americanDate
        case wordFile
        case document
        case form
        case manyIds
        /// An address whose absence has a reason of its own, blank or not.
        case neededEmail
        case subject(String)
        case word(String)
        case words([String])
    }

    /// What leaving the field out does.
    enum Absence: Hashable, Sendable {
        case allowed
        case invalid
        /// Refused for a reason of its own.
        case refused(Refusal.Reason)
        /// Another field can take its place.
        case replaceable
    }

    var description: String { name }

    /// An input that can be read.
    var input: JSONValue {
        .object(fields.map { JSONMember($0.name, $0.kind.sample) })
    }
}

extension CommandForm.Kind {
    var sample: JSONValue {
        switch self {
        case .id: .id(Stage.nobody)
        case .ids: [.id(Stage.nobody)]
        case .name, .limited: "A name"
        case .text: "Some text"
        case .email: "ana@example.org"
        case .date: "2026-03-31"
        case .flag: true
        case .number: 5
        case .object: ["name": "aspirin"]
        case .details: ["givenName": "Cara", "familyName": "Lane"]
        case .americanDate: "05/06/1980"
        case .wordFile: Stage.wordFile
        case .document: ["fileName": "plan.txt", "content": "UGxhbg=="]
        case .form: ["questions": ["Any allergies?"]]
        case .manyIds: [.id(Stage.nobody)]
        case .neededEmail: "help@example.org"
        case .subject(let category): .string("\(category)/\(Stage.nobody)")
        case .word(let word): .string(word)
        case .words(let words): .array(words.map(JSONValue.string))
        }
    }

    /// Values of the right type that say nothing, or too much.
    var unusable: [JSONValue] {
        switch self {
        case .id: ["", "1234", .string(String(repeating: "a", count: 36))]
        case .ids:
            [
                ["x"], [.id(Stage.nobody), .id(Stage.nobody)], [1],
                .array((0..<33).map { .id(UniqueID(high: 1, low: $0)) }),
            ]
        case .name, .limited, .americanDate, .subject: [Self.long(401), "a\u{0}b", "line\nbreak"]
        case .text: [Self.long(16_001)]
        case .email: ["", "ana", "@", "ana@", "a b@example.org", "a@b@c", Self.address(255)]
        case .date: ["", "2026-02-30", "03/31/2026", "2026-3-1", "2026-03-31T00:00:00Z"]
        case .flag: ["true", 1]
        case .number: [0, -1, .decimal("1.5"), .integer(.max), "5"]
        case .object: [["name": Self.long(24_001)], ["a list"]]
        case .details: [[:], ["givenName": "Cara"], ["givenName": "Cara", "familyName": " "]]
        case .wordFile: [["fileName": "a.docx"], ["fileName": 1, "content": ""]]
        case .document: ["", ["fileName": "a.txt"], ["fileName": 1, "content": "UGxhbg=="]]
        case .form: [["name": Self.long(24_001)], Self.long(24_001), "", true]
        case .manyIds: [[], ["x"], [.id(Stage.nobody), .id(Stage.nobody)], [1], Self.ids(401)]
        case .neededEmail: ["ana", "@", "a b@example.org", Self.address(255)]
        case .word: ["", "no such word", " "]
        case .words(let words): [["no such word"], .array((words + words).map(JSONValue.string))]
        }
    }

    private static func ids(_ count: Int) -> JSONValue {
        .array((0..<count).map { .id(UniqueID(high: 1, low: UInt64($0))) })
    }

    private static func long(_ count: Int) -> JSONValue {
        .string(String(repeating: "x", count: count))
    }

    private static func address(_ count: Int) -> JSONValue {
        .string("a@" + String(repeating: "x", count: count - 2))
    }
}
