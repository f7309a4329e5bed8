/// What may be a name, and how names are written in Swift.
enum Names {
    /// Whether this can name a property: `letterId`.
    static func isProperty(_ text: String) -> Bool {
        isIdentifier(text) && text.utf8.first.map(isLower) == true
    }

    /// Whether this can name a type: `LetterShown`.
    static func isType(_ text: String) -> Bool {
        isIdentifier(text) && text.utf8.first.map(isUpper) == true
    }

    /// `LetterShown` and 1 out of `LetterShown.v1`; nil if it is not of that form.
    static func eventType(_ text: some StringProtocol) -> (name: String, version: Int)? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 2, isType(String(parts[0])), parts[1].hasPrefix("v"),
            let version = Int(parts[1].dropFirst()), version > 0,
            parts[1] == "v\(version)"
        else { return nil }
        return (String(parts[0]), version)
    }

    /// `letterShown` for `LetterShown`, `smsSent` for `SMSSent`.
    static func lowerCamel(_ text: String) -> String {
        let letters = Array(text)
        var run = letters.prefix { $0.isUppercase }.count
        if run > 1, run < letters.count, letters[run].isLowercase { run -= 1 }
        return String(letters.prefix(run)).lowercased() + String(letters.dropFirst(run))
    }

    /// The Swift case of an enumeration value: `postOffice` for `post-office`.
    static func enumerationCase(_ value: String) -> String {
        var name = ""
        var startsWord = false
        for scalar in value.unicodeScalars {
            guard scalar.isASCII, isLetterOrDigit(UInt8(scalar.value)) else {
                startsWord = true
                continue
            }
            name += startsWord && !name.isEmpty ? String(scalar).uppercased() : String(scalar)
            startsWord = false
        }
        let lowered = lowerCamel(name)
        return lowered.first?.isNumber == true ? "_\(lowered)" : lowered
    }

    /// The name in back-ticks where Swift needs them.
    static func escaped(_ name: String) -> String {
        keywords.contains(name) ? "`\(name)`" : name
    }

    /// Property names that would clash with what every generated struct has.
    static let reservedProperties: Set<String> = [
        "hashValue", "envelopeClient", "personalBytes", "portalEvent", "sealingKey", "self",
    ]

    /// Type names that generated code uses or that the module has already.
    static let reservedTypes: Set<String> = [
        "Any", "Array", "Bool", "CaseIterable", "Envelope", "EnumerationValue", "Error",
        "EventDecodingError", "EventLine", "EventPayload", "EventShape", "Failure", "Hashable",
        "Instant", "Int", "JSONValue", "LocalDate", "MemberName", "MemberReader", "MemberValue",
        "MemberWriter", "OpenedPersonal", "Optional", "Personal", "PortalEvent", "Protocol",
        "Reader", "RecordedEvent", "Sealed", "Self", "Sendable", "StreamName", "String", "Type",
        "UniqueID", "Upcaster",
    ]

    private static let keywords: Set<String> = [
        "as", "associatedtype", "break", "case", "catch", "class", "continue", "default", "defer",
        "deinit", "do", "else", "enum", "extension", "fallthrough", "false", "fileprivate", "for",
        "func", "guard", "if", "import", "in", "init", "inout", "internal", "is", "let", "nil",
        "operator", "precedencegroup", "private", "protocol", "public", "repeat", "rethrows",
        "return", "self", "static", "struct", "subscript", "super", "switch", "throw", "throws",
        "true", "try", "typealias", "var", "where", "while",
    ]

    private static func isIdentifier(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.allSatisfy(isLetterOrDigit)
    }

    private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        isLower(byte) || isUpper(byte) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }

    private static func isLower(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
    }

    private static func isUpper(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
    }
}
