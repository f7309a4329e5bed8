import Foundation
public import PortalEvents

extension ProjectionDefinition {
    /// Reads every `.sql` file of a folder, sorted by name.
    ///
    /// - Parameters:
    ///   - folder: its path.
    ///   - shapes: all event types there are.
    public static func load(
        folder: String,
        shapes: [EventShape]
    ) throws(ProjectionError) -> [ProjectionDefinition] {
        var definitions: [ProjectionDefinition] = []
        for (file, text) in try texts(in: folder) {
            definitions.append(try ProjectionDefinition(file: file, text: text, shapes: shapes))
        }
        return definitions
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
        var definitions: [ProjectionDefinition] = []
        for (file, text) in texts.sorted(by: { $0.key < $1.key }) {
            definitions.append(try ProjectionDefinition(file: file, text: text, shapes: shapes))
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
