/// One event type in one version, as its schema says.
struct Schema {
    let name: String
    let version: Int
    let file: SourceFile
    let description: String
    let label: String?
    let streams: [Template]
    let client: String?
    let fields: [Field]

    /// `LetterShown.v1`, as it stands in the log.
    var type: String { "\(name).v\(version)" }
    /// `LetterShownV1`.
    var structName: String { "\(name)V\(version)" }

    /// What is sealed, and under which key.
    var sealed: Sealed? {
        for field in fields {
            if case .sealed(let sealed) = field.kind { return sealed }
        }
        return nil
    }

    func field(_ name: String) -> Field? { fields.first { $0.name == name } }
}

/// A member of an object.
struct Field: Hashable {
    let name: String
    let kind: Kind
    let isOptional: Bool
    let isSecret: Bool
    let description: String?
}

/// What a value can be.
indirect enum Kind: Hashable {
    case string
    case uuid
    case date
    case dateTime
    case integer
    case boolean
    case json
    case enumeration(name: String, values: [String])
    case structure(name: String, fields: [Field])
    case array(Kind)
    case sealed(Sealed)
}

/// The schema of what a sealed property holds.
struct Sealed: Hashable {
    let key: Template
    let fields: [Field]
}

/// A text with fields in it, such as `client/{clientId}`.
struct Template: Hashable {
    enum Segment: Hashable {
        case text(String)
        case field(String)
        case organisation
    }

    let segments: [Segment]

    /// The names of the fields it is filled with.
    var fieldNames: [String] {
        segments.compactMap { segment in
            guard case .field(let name) = segment else { return nil }
            return name
        }
    }
}

/// A type that a schema declares by `x-enum` or `x-struct`, and where it does so.
struct NamedType {
    let name: String
    let kind: Kind
    let file: SourceFile
    let offset: Int
}
