/// The lines of a log from a place on, and then every line as it becomes visible.
///
/// Woken by inotify; where that is refused, it looks from time to time. Ends only when its task is
/// cancelled. An error is thrown once; whoever asks again goes on behind it.
public struct LogFollower: AsyncSequence, Sendable {
    /// What it gives.
    public typealias Element = RawLine
    /// How it can fail.
    public typealias Failure = LogError

    let lines: LogLines
    let directory: String
    let interval: Duration

    /// Starts where the follower was made to start, each time.
    public func makeAsyncIterator() -> AsyncIterator {
        AsyncIterator(lines: lines, watch: DirectoryWatch.of(directory), interval: interval)
    }

    /// A place in the log.
    public struct AsyncIterator: AsyncIteratorProtocol {
        private var lines: LogLines
        private let watch: DirectoryWatch?
        private let interval: Duration

        init(lines: LogLines, watch: DirectoryWatch?, interval: Duration) {
            self.lines = lines
            self.watch = watch
            self.interval = interval
        }

        /// The next line, as soon as there is one; nil when the task is cancelled.
        public mutating func next(
            isolation actor: isolated (any Actor)? = #isolation
        ) async throws(LogError) -> RawLine? {
            while !Task.isCancelled {
                let moment = watch?.now
                if let line = try lines.next() { return line }
                if let watch, let moment {
                    await watch.wait(since: moment)
                } else {
                    do { try await Task.sleep(for: interval) } catch { return nil }
                }
            }
            return nil
        }
    }
}
