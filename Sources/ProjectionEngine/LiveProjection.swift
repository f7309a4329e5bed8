import Synchronization

/// One projection of a set: what it should be, and the file that answers for it now.
final class LiveProjection: Sendable {
    /// What the definition file says now.
    let definition: ProjectionDefinition
    let files: ProjectionFiles
    private let opener: GenerationOpener
    private let generation: Mutex<Generation>

    private struct Generation {
        var database: ProjectionDatabase?
        /// A file that could not be used.
        var refused: String?
    }

    init(
        definition: ProjectionDefinition,
        files: ProjectionFiles,
        opener: GenerationOpener
    ) throws(ProjectionError) {
        self.definition = definition
        self.files = files
        self.opener = opener
        let database = try opener.open(definition, files)
        generation = Mutex(Generation(database: database))
    }

    /// The generation that answers now; nil if the projection must be rebuilt first. Goes over to
    /// the one that a rebuild has made the live one, in this process or in another.
    ///
    /// Whoever uses it holds on to it. Its file may lose its name meanwhile, which disturbs nobody
    /// who has it open.
    var current: ProjectionDatabase? {
        generation.withLock { generation in
            guard let path = files.current, path != generation.database?.path,
                path != generation.refused
            else { return generation.database }
            let next = opener.existing(path, definition)
            generation = Generation(database: next, refused: next == nil ? path : nil)
            return next
        }
    }

    /// Whether the rows come from another text than the file has now.
    var isOutdated: Bool { current?.definition.text != definition.text }

    /// Lets another generation answer from now on, and removes the one before: what an erasure
    /// deletes from the new one must not live on in the old.
    func replace(with next: ProjectionDatabase, replacing path: String?) {
        generation.withLock { $0 = Generation(database: next) }
        // A plain file in place of the link has lost its name by the swap already.
        guard let path, path != files.link else { return }
        ProjectionFiles.remove(path)
    }
}
