/// A target as `Package.swift` declares it.
struct ManifestTarget: Hashable, Sendable {
    let name: String
    /// `target`, `executableTarget`, `testTarget`, `systemLibrary` or `plugin`.
    let kind: String
    let line: Int
    /// The modules it declares to depend on.
    let dependencies: Set<String>

    /// A system library holds no Swift, and a plugin's dependencies are tools, not modules.
    var importsWhatItDeclares: Bool { kind != "systemLibrary" && kind != "plugin" }
}

/// The targets of a manifest, read from its text.
///
/// It knows the form that this package's manifest has: each target written out, with
/// `dependencies: [ … ]` of names, `.product(name:package:)`, and constants of these.
struct Manifest {
    let targets: [ManifestTarget]

    init(_ source: SourceText) {
        let code = Array(SwiftLexer(source.text).only(.code).utf8)
        let text = Array(source.text.utf8)
        let products = Self.products(in: source.text)
        var targets: [ManifestTarget] = []
        var place = 0
        while let (kind, range) = Self.nextTarget(in: code, from: place) {
            let written = String(decoding: text[range], as: UTF8.self)
            let line = 1 + text[..<range.lowerBound].count { $0 == UInt8(ascii: "\n") }
            place = range.upperBound
            guard let name = written.firstMatch(of: /name:\s*"(\w+)"/)?.output.1 else { continue }
            targets.append(
                ManifestTarget(
                    name: String(name),
                    kind: kind,
                    line: line,
                    dependencies: Self.dependencies(in: written, products)
                )
            )
        }
        self.targets = targets
    }

    private static let kinds = [
        "target", "executableTarget", "testTarget", "systemLibrary", "plugin",
    ]

    /// The next call such as `.target(…)`, from its bracket to the closing one. Constants of
    /// `Target.Dependency` are calls on a type and do not count.
    private static func nextTarget(
        in code: [UInt8],
        from start: Int
    ) -> (kind: String, range: Range<Int>)? {
        let white: [UInt8] = [UInt8(ascii: " "), UInt8(ascii: "\n"), UInt8(ascii: "[")]
        for place in code.indices[start...] where code[place] == UInt8(ascii: ".") {
            guard place > 0, white.contains(code[place - 1]) else { continue }
            for kind in kinds where code[place...].starts(with: ".\(kind)(".utf8) {
                let bracket = place + kind.utf8.count + 1
                return (kind, bracket..<closing(of: bracket, in: code))
            }
        }
        return nil
    }

    /// The place after the bracket that closes the one here.
    private static func closing(of start: Int, in code: [UInt8]) -> Int {
        var depth = 0
        for place in code.indices[start...] {
            switch code[place] {
            case UInt8(ascii: "("), UInt8(ascii: "["): depth += 1
            case UInt8(ascii: ")"), UInt8(ascii: "]"): depth -= 1
            default: break
            }
            if depth == 0 { return place + 1 }
        }
        return code.count
    }

    /// `GRDB` for `grdb`, out of `let grdb = Target.Dependency.product(name: "GRDB", …)`.
    private static func products(in text: String) -> [String: String] {
        let form = /let\s+(\w+)[^=\n]*=\s*[\w.]*\.product\(\s*name:\s*"(\w+)"/
        let pairs = text.matches(of: form).map { (String($0.output.1), String($0.output.2)) }
        return Dictionary(pairs) { first, _ in first }
    }

    private static func dependencies(
        in target: String,
        _ products: [String: String]
    ) -> Set<String> {
        guard let start = target.firstRange(of: "dependencies:") else { return [] }
        let rest = Array(target[start.upperBound...].utf8)
        let code = Array(SwiftLexer(String(target[start.upperBound...])).only(.code).utf8)
        guard let bracket = code.firstIndex(of: UInt8(ascii: "[")) else { return [] }
        let list = String(
            decoding: rest[bracket..<closing(of: bracket, in: code)],
            as: UTF8.self
        ).replacing(/package:\s*"[^"]*"/, with: "")
        let named = list.matches(of: /"(\w+)"/).map { String($0.output.1) }
        let constants = list.matches(of: /\b\w+\b/).compactMap { products[String($0.output)] }
        return Set(named + constants)
    }
}
