import Foundation
import Synchronization

extension ProjectionSet {
    /// Makes sure that what was deleted is in no file any more, abandoned rebuilds included.
    /// To be called after events that erase personal data. See `ProjectionDatabase.purge`.
    public func purge() throws(ProjectionError) {
        try liveFiles.withLock { held throws(ProjectionError) in
            // Whoever builds now, in this process or another, purges too before the swap.
            try held.countPurge()
            for name in names {
                let projection = try projection(name)
                try projection.current?.purge()
            }
        }
        ScratchFolder.removeAbandoned(in: directory)
        for name in names { try dropAbandonedRebuild(of: try projection(name)) }
    }

    /// Removes what an interrupted rebuild left, if it may hold what was erased since: perhaps
    /// nobody ever goes on with it. What is being built is looked at again later.
    func dropAbandonedRebuild(of projection: LiveProjection) throws(ProjectionError) {
        let files = projection.files
        guard projection.definition.usesPersonalData,
            FileManager.default.fileExists(atPath: files.building)
        else { return }
        let purgeCount = try liveFiles.withLock { $0.purgeCount }
        let begun = BuildingNote(files)
        guard let lock = try FileLock(files.buildingLock) else {
            unpurged.withLock { _ = $0.insert(projection.definition.name) }
            return
        }
        withExtendedLifetime(lock) {
            if begun?.purgeCount != purgeCount { ProjectionFiles.remove(files.building) }
        }
    }

    /// Looks again after those that were being rebuilt at the last purge.
    func dropAbandonedRebuilds() throws(ProjectionError) {
        let names = unpurged.withLock { names in
            defer { names = [] }
            return names
        }
        for name in names { try dropAbandonedRebuild(of: try projection(name)) }
    }
}

/// What whoever builds says of itself.
struct BuildingNote {
    let process: Int
    /// How many purges there had been when the file was begun.
    let purgeCount: Int

    init(purgeCount: Int) {
        process = Int(getpid())
        self.purgeCount = purgeCount
    }

    /// The note of whoever builds now, or did last.
    init?(_ files: ProjectionFiles) {
        let numbers = (FileLock.note(at: files.buildingLock) ?? "").split(separator: " ")
            .compactMap { Int($0) }
        guard numbers.count == 2 else { return nil }
        process = numbers[0]
        purgeCount = numbers[1]
    }

    var text: String { "\(process) \(purgeCount)" }
}
