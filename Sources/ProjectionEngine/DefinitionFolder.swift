import Foundation
public import PortalEvents

extension ProjectionDefinition {
    /// Reads every `.sql` file of a folder, sorted by name. `<name>.<part>.sql` goes on where
    /// `<name>.sql` ends.
    ///
    /// - Parameters:
    ///   - folder: its path.
    ///   - shapes: all event types there are.
    public static func load(
        folder: String,
        shapes: [EventShape]
    ) throws(ProjectionError) -> [ProjectionDefinition] {
        try load(try texts(in: folder), shapes: shapes)
    }

    /// Reads texts that were built into the program, by file name.
    ///
    /// - Parameters:
    ///   - texts: file name and content.
    ///   - shapes: all event types there are.
    public static func load(
        texts: [String: String],
        shapes: [EventShape]
    ) throws(ProjectionError) -> [ProjectionDefinition] {
        try load(texts.map { ($0.key, $0.value) }, shapes: shapes)
    }

    private static func load(
        _ files: [(file: String, text: String)],
        shapes: [EventShape]
    ) throws(ProjectionError) -> [ProjectionDefinition] {
        var definitions: [ProjectionDefinition] = []
        for parts in DefinitionParts.all(of: files) {
            definitions.append(try ProjectionDefinition(parts, shapes: shapes))
        }
        return definitions
    }

    private static func texts(
        in folder: String
    ) throws(ProjectionError) -> [(file: String, text: String)] {
        do {
            return try FileManager.default.contentsOfDirectory(atPath: folder)
                .filter { $0.hasSuffix(".sql") }.sorted()
                .map { ($0, try String(contentsOfFile: "\(folder)/\($0)", encoding: .utf8)) }
        } catch {
            throw .unreadable(path: folder, reason: error.localizedDescription)
        }
    }
}
