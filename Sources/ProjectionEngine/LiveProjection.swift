import Synchronization

/// One projection of a set: what it should be, and the file that answers for it now.
final class LiveProjection: Sendable {
    /// An open generation. Queries hold on to it while they run, so a swap never disturbs them.
    final class Generation: Sendable {
        let database: ProjectionDatabase
        let path: String
        /// Whether another generation has taken its place.
        let isRetired = Atomic<Bool>(false)

        init(database: ProjectionDatabase, path: String) {
            self.database = database
            self.path = path
        }

        // What an erasure deleted from the new generation must not live on in the old one.
        deinit {
            guard isRetired.load(ordering: .acquiring) else { return }
            try? database.close()
            ProjectionFiles.remove(path)
        }
    }

    /// What the definition file says now.
    let definition: ProjectionDefinition
    let files: ProjectionFiles
    private let generation: Mutex<Generation?>

    init(definition: ProjectionDefinition, files: ProjectionFiles, generation: Generation?) {
        self.definition = definition
        self.files = files
        self.generation = Mutex(generation)
    }

    /// The generation that answers now; nil if the projection must be rebuilt first.
    var current: Generation? { generation.withLock { $0 } }

    /// Whether the rows come from another text than the file has now.
    var isOutdated: Bool { current?.database.definition.text != definition.text }

    /// Lets another generation answer from now on; the old one goes when its last query ends.
    func replace(with next: Generation) {
        let old = generation.withLock { generation in
            defer { generation = next }
            return generation
        }
        // A plain file in place of the link was replaced by the rename and has no name any more.
        guard let old, old.path != files.link else { return }
        old.isRetired.store(true, ordering: .releasing)
    }
}
