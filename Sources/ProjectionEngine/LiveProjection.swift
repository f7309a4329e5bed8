import Synchronization

/// One projection of a set: what it should be, and the file that answers for it now.
final class LiveProjection: Sendable {
    /// What the definition file says now.
    let definition: ProjectionDefinition
    let files: ProjectionFiles
    private let generation: Mutex<ProjectionDatabase?>

    init(
        definition: ProjectionDefinition,
        files: ProjectionFiles,
        generation: ProjectionDatabase?
    ) {
        self.definition = definition
        self.files = files
        self.generation = Mutex(generation)
    }

    /// The generation that answers now; nil if the projection must be rebuilt first. Whoever
    /// uses it holds on to it, so a swap never disturbs a query.
    var current: ProjectionDatabase? { generation.withLock { $0 } }

    /// Whether the rows come from another text than the file has now.
    var isOutdated: Bool { current?.definition.text != definition.text }

    /// Lets another generation answer from now on; the file of the old one goes when its last
    /// query ends.
    func replace(with next: ProjectionDatabase, replacing path: String?) {
        let previous = generation.withLock { generation in
            defer { generation = next }
            return generation
        }
        // A plain file in place of the link has lost its name by the swap already.
        guard let path, path != files.link else { return }
        if let previous {
            previous.retire()
        } else {
            ProjectionFiles.remove(path)
        }
    }
}
