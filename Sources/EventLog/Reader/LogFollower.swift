/// The lines of a log from a place on, and then every line as it becomes visible.
///
/// Ends only when its task is cancelled. An error is thrown once; whoever asks again goes on
/// behind it.
public struct LogFollower: AsyncSequence, Sendable {
    /// What it gives.
    public typealias Element = RawLine
    /// How it can fail.
    public typealias Failure = LogError

    let lines: LogLines
    let interval: Duration

    /// Starts where the follower was made to start, each time.
    public func makeAsyncIterator() -> AsyncIterator {
        AsyncIterator(lines: lines, interval: interval)
    }

    /// A place in the log.
    public struct AsyncIterator: AsyncIteratorProtocol {
        private var lines: LogLines
        private let interval: Duration

        init(lines: LogLines, interval: Duration) {
            self.lines = lines
            self.interval = interval
        }

        /// The next line, as soon as there is one; nil when the task is cancelled.
        public mutating func next(
            isolation actor: isolated (any Actor)? = #isolation
        ) async throws(LogError) -> RawLine? {
            while !Task.isCancelled {
                if let line = try lines.next() { return line }
                do { try await Task.sleep(for: interval) } catch { return nil }
            }
            return nil
        }
    }
}
