import Synchronization

/// A disk at moments that follow each other.
final class DiskSeries: Sendable {
    private let disks = Mutex([SimulatedDisk]())

    var all: [SimulatedDisk] { disks.withLock { $0 } }

    func append(_ disk: SimulatedDisk) { disks.withLock { $0.append(disk) } }
}
