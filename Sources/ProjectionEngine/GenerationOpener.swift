import Foundation
import GRDB
import PortalEvents

/// Opens the live file of a projection, whatever state it is in.
struct GenerationOpener {
    let shapes: [EventShape]
    let isReadOnly: Bool
    let opening: PersonalOpening

    /// The generation to go on with; nil if the projection must be rebuilt first. A process that
    /// applies holds the lock of the live files meanwhile.
    func open(
        _ definition: ProjectionDefinition,
        _ files: ProjectionFiles
    ) throws(ProjectionError) -> ProjectionDatabase? {
        if !isReadOnly { files.removeLeftovers() }
        if let path = files.current { return existing(path, definition) }
        guard !isReadOnly else { return nil }
        let path = files.nextGeneration()
        let database = try ProjectionDatabase(
            path: path,
            use: .live,
            definition: definition,
            opening: opening
        )
        try files.publish(path)
        return database
    }

    /// A generation that is there; nil if it cannot be used.
    func existing(
        _ path: String,
        _ definition: ProjectionDefinition
    ) -> ProjectionDatabase? {
        // The file is disposable: one that cannot be used is as good as none, and is rebuilt.
        let inForce = storedDefinition(at: path, now: definition)
        guard let inForce,
            let database = try? ProjectionDatabase(
                path: path,
                use: isReadOnly ? .reading : .live,
                definition: inForce,
                opening: opening
            )
        else { return nil }
        return database
    }

    private func storedDefinition(
        at path: String,
        now definition: ProjectionDefinition
    ) -> ProjectionDefinition? {
        guard let text = Self.storedText(at: path, definition.name) else { return nil }
        if text == definition.text { return definition }
        return try? ProjectionDefinition(file: definition.file, text: text, shapes: shapes)
    }

    /// The text of the definition that made a file's rows; nil if the file is none of ours.
    static func storedText(at path: String, _ name: String) -> String? {
        stored(at: path, name)?.definition
    }

    /// What a file says of itself; nil if it is none of ours.
    static func stored(at path: String, _ name: String) -> MetaTable? {
        guard access(path, F_OK) == 0 else { return nil }
        var configuration = Configuration()
        configuration.readonly = true
        configuration.busyMode = .timeout(5)
        guard let queue = try? DatabaseQueue(path: path, configuration: configuration) else {
            return nil
        }
        defer { try? queue.close() }
        return try? queue.read { try MetaTable.read($0, projection: name) }
    }
}
