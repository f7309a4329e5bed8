internal import CLinux
internal import Glibc
internal import Synchronization

/// All directories that this process watches: one inotify instance and one thread for all of them.
final class DirectoryWatches: Sendable {
    /// Those of this process; nil where the operating system refuses inotify.
    static let shared = make()

    private struct Entry {
        weak var watch: DirectoryWatch?
    }

    private let inotify: Int32
    private let entries = Mutex<[Int32: Entry]>([:])

    /// Network file systems tell nothing of what another machine has written: whoever waits is
    /// woken from time to time anyway.
    private static let heartbeatMilliseconds: Int32 = 1000

    private init(inotify: Int32) { self.inotify = inotify }

    private static func make() -> DirectoryWatches? {
        let inotify = inotify_init1(Int32(IN_CLOEXEC) | Int32(IN_NONBLOCK))
        guard inotify >= 0 else { return nil }
        let watches = DirectoryWatches(inotify: inotify)
        // As long as the process, like the watches.
        WorkThread { watches.serve() }.detach()
        return watches
    }

    /// A watch of a directory, the same for all who watch it; nil if it is refused.
    func watch(_ path: String) -> DirectoryWatch? {
        entries.withLock { entries in
            let mask = UInt32(IN_MODIFY | IN_CREATE | IN_MOVED_TO | IN_ONLYDIR)
            let descriptor = unsafe inotify_add_watch(inotify, path, mask)
            guard descriptor >= 0 else { return nil }
            if let watch = entries[descriptor]?.watch { return watch }
            let watch = DirectoryWatch(self, descriptor: descriptor)
            entries[descriptor] = Entry(watch: watch)
            return watch
        }
    }

    /// Nobody holds this watch any more; perhaps another took its place meanwhile.
    func remove(_ descriptor: Int32) {
        entries.withLock { entries in
            guard let entry = entries[descriptor], entry.watch == nil else { return }
            entries[descriptor] = nil
            inotify_rm_watch(inotify, descriptor)
        }
    }

    private func serve() -> Never {
        while true {
            var question = pollfd(fd: inotify, events: Int16(POLLIN), revents: 0)
            let count = unsafe poll(&question, 1, Self.heartbeatMilliseconds)
            if count > 0 { wakeChanged() } else { wakeAll() }
        }
    }

    private func wakeChanged() {
        let events = [UInt8](capacity: 64 << 10) { output in
            // SAFETY: read gets the length of the buffer and says how much of it it filled.
            unsafe output.withUnsafeMutableBufferPointer { buffer, filled in
                filled = max(0, unsafe read(inotify, buffer.baseAddress, buffer.count))
            }
        }
        var changed: Set<Int32> = []
        var place = 0
        // struct inotify_event: descriptor, mask, cookie, length of the name, name.
        while let descriptor = events.littleEndian(Int32.self, at: place),
            let nameBytes = events.littleEndian(UInt32.self, at: place + 12)
        {
            // So many events that some were dropped.
            if descriptor < 0 { return wakeAll() }
            changed.insert(descriptor)
            place += 16 + Int(nameBytes)
        }
        let watches = entries.withLock { entries in
            changed.compactMap { entries[$0]?.watch }
        }
        for watch in watches { watch.wake() }
    }

    private func wakeAll() {
        let watches = entries.withLock { $0.values.compactMap(\.watch) }
        for watch in watches { watch.wake() }
    }
}
