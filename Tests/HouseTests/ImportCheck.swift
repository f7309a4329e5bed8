/// An `import` in a Swift file.
struct ModuleImport: Hashable, Sendable {
    let module: String
    let line: Int

    /// The imports of a file, in their order.
    static func all(in source: SourceText) -> [ModuleImport] {
        source.codeLines.enumerated().compactMap { index, line in
            module(line).map { ModuleImport(module: $0, line: index + 1) }
        }
    }

    /// `EventLine` for `@testable public import struct EventLine.Instant`; nil for other lines.
    private static func module(_ line: Substring) -> String? {
        let words = line.split { $0 == " " || $0 == ";" }
        guard let at = words.firstIndex(of: "import"), words[..<at].allSatisfy(isModifier) else {
            return nil
        }
        let named = words[(at + 1)...].first { !kinds.contains($0) }
        return named?.split(separator: ".").first.map(String.init)
    }

    private static func isModifier(_ word: Substring) -> Bool {
        word.hasPrefix("@") || accessLevels.contains(word)
    }

    private static let accessLevels: Set<Substring> = [
        "public", "package", "internal", "fileprivate", "private",
    ]
    private static let kinds: Set<Substring> = [
        "struct", "class", "enum", "protocol", "typealias", "func", "let", "var",
    ]
}

/// Refuses imports that `ImportRules` does not allow.
enum ImportCheck {
    /// What is wrong with the imports of these files.
    static func findings(in sources: [SourceText]) -> [Finding] {
        sources.flatMap { source -> [Finding] in
            guard let target = target(of: source) else {
                return [
                    Finding(source.path, "belongs to no target: move it into a target's folder")
                ]
            }
            guard let rule = ImportRules.rule(for: target) else {
                return [
                    Finding(source.path, "the target \(target) has no rule in ImportRules.swift")
                ]
            }
            return ModuleImport.all(in: source).filter { !rule.allows($0.module) }.map {
                Finding(source.path, line: $0.line, "\(target) may not import \($0.module)")
            }
        }
    }

    /// The target that a file belongs to: the folder below `Sources`, `Tests` or `tools`.
    static func target(of source: SourceText) -> String? {
        let folders = source.folders
        if folders.first == "Projections" { return "Projections" }
        return folders.count > 2 ? String(folders[1]) : nil
    }
}
