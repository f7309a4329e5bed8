import Foundation

/// The files of this package, read from where this file was compiled.
enum PackageFiles {
    /// The folder with `Package.swift`. Links are resolved, so that a package that only links to
    /// this folder looks at the same files.
    static let root = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// The package's manifest.
    static func manifest() throws -> SourceText { try file("Package.swift") }

    /// Every Swift file below `Sources`, `Tests`, `tools` and `Projections`, read once.
    static func swift() throws -> [SourceText] { try swiftFiles.get() }

    private static let swiftFiles = Result {
        try ["Sources", "Tests", "tools", "Projections"].flatMap {
            try files(in: $0, withExtension: "swift")
        }
    }

    /// Every read model.
    static func projections() throws -> [SourceText] {
        try files(in: "Projections", withExtension: "sql")
    }

    /// Every event schema and sample.
    static func eventSchemas() throws -> [SourceText] {
        try files(in: "EventSchemas", withExtension: "json")
    }

    private static func files(
        in folder: String,
        withExtension fileExtension: String
    ) throws -> [SourceText] {
        try FileManager.default.subpathsOfDirectory(atPath: root.appending(path: folder).path)
            .filter { $0.hasSuffix(".\(fileExtension)") }
            .sorted()
            .map { try file("\(folder)/\($0)") }
    }

    private static func file(_ path: String) throws -> SourceText {
        let text = try String(contentsOf: root.appending(path: path), encoding: .utf8)
        return SourceText(path: path, text: text)
    }
}
