import EventLine
import Foundation
import Synchronization
import Testing

@testable import EventLog

@Suite struct FollowTests {
    let directory: DataDirectory

    init() throws { directory = try DataDirectory() }

    /// Had it to wait for its interval, the test would run out of time.
    @Test(.timeLimit(.minutes(10)))
    func `a follower is woken by every line, not by its interval`() async throws {
        let log = try directory.open { $0.segmentBytes = 2000 }
        let reader = log.reader
        let seen = AsyncStream.makeStream(of: UInt64.self)
        let task = Task {
            for try await line in reader.follow(every: .seconds(3600)) {
                seen.continuation.yield(line.sequence)
            }
        }
        var sequences = seen.stream.makeAsyncIterator()
        for number in UInt64(1)...40 {
            _ = try await log.append([event(number)])
            #expect(await sequences.next() == number)
        }
        task.cancel()
        try await task.value
    }

    @Test(.timeLimit(.minutes(10)))
    func `cancelling ends a follower that waits, at once`() async throws {
        let log = try directory.open()
        try await fill(log, 1...2)
        let reader = log.reader
        for delay in 0..<20 {
            let task = Task {
                var count = 0
                for try await _ in reader.follow(every: .seconds(3600)) { count += 1 }
                return count
            }
            try await Task.sleep(for: .microseconds(delay * 200))
            task.cancel()
            #expect(try await task.value <= 2)
        }
    }

    @Test func `what happens between looking and waiting is not waited for`() async throws {
        let watch = try #require(DirectoryWatch.of(directory.path))
        let moment = watch.now
        watch.wake()
        await watch.wait(since: moment)
        #expect(watch.now != moment)
    }

    @Test func `all who watch a directory share one watch, and the last gives it back`() throws {
        var first = DirectoryWatch.of(directory.path)
        let second = DirectoryWatch.of(directory.path)
        #expect(first === second)
        weak let last = second
        first = nil
        #expect(last != nil)
        #expect(DirectoryWatch.of("\(directory.path)/none") == nil)
    }

    @Test(.timeLimit(.minutes(10)))
    func `where nothing tells of changes, a follower looks from time to time`() async throws {
        let log = try directory.open()
        try await fill(log, 1...3)
        // There is no such directory to be watched.
        let follower = LogFollower(
            lines: log.reader.lines(),
            directory: "\(directory.path)/none",
            interval: .milliseconds(1)
        )
        let task = Task {
            var sequences: [UInt64] = []
            for try await line in follower {
                sequences.append(line.sequence)
                if line.sequence == 6 { break }
            }
            return sequences
        }
        try await fill(log, 4...6)
        #expect(try await task.value == Array(1...6))
    }
}
