import EventLine
import Foundation
import Glibc
import Testing

@testable import EventLog

@Suite struct FaultTests {
    let directory: DataDirectory
    let device = FaultyDevice()

    init() throws { directory = try DataDirectory() }

    private func open() throws -> EventLog {
        try directory.open {
            $0.device = device
            $0.segmentBytes = 2000
        }
    }

    @Test func `after a failed sync nothing is taken until a restart`() async throws {
        let log = try open()
        _ = try await log.append([event(1)])
        device.fail { operation, path in
            operation == .synchronize && path.hasSuffix("commits") ? EIO : nil
        }
        let failure = DeviceError(.synchronize, directory.journal, code: EIO)
        await #expect(throws: AppendError.stopped(failure)) { try await log.append([event(2)]) }
        device.heal()
        await #expect(throws: AppendError.stopped(failure)) { try await log.append([event(3)]) }
        #expect(readAll(log.reader).sequences == [1])
        try log.close()
        let again = try open()
        _ = try await again.append([event(3)])
        #expect(try again.reader.verify().findings == [])
    }

    @Test func `everything that waits behind a failed sync fails`() async throws {
        let log = try open()
        device.fail { operation, path in
            operation == .synchronize && path.hasSuffix("commits") ? EIO : nil
        }
        // The first ones may be refused when they are submitted.
        let pending = (1...20).compactMap { try? log.submit([event($0)]) }
        for pending in pending {
            await #expect(throws: AppendError.self) { try await pending.receipt() }
        }
        #expect(log.lastSequence == 0)
    }

    @Test(arguments: [
        (DeviceError.Operation.write, "commits"), (.reserve, ".jsonl"), (.open, ".jsonl"),
    ])
    func `a full disk refuses, and appends go on when there is room`(
        operation: DeviceError.Operation,
        suffix: String
    ) async throws {
        let log = try open()
        try await fill(log, 1...3)
        // The next one needs a new segment.
        device.fail(writing: 100) { $0 == operation && $1.hasSuffix(suffix) ? ENOSPC : nil }
        let failure = await #expect(throws: AppendError.self) {
            _ = try await log.append([event(4, padding: 2000)])
            _ = try await log.append([event(5)])
        }
        guard case .refused(let error) = failure else {
            Issue.record("\(String(describing: failure))")
            return
        }
        #expect(error.isDiskFull)
        device.heal()
        let before = log.lastSequence
        #expect(try log.version(of: stream(1)) == log.events(in: stream(1)).count)
        _ = try await log.append([event(6)])
        #expect(log.lastSequence == before + 1)
        #expect(try log.reader.verify().findings == [])
        try log.close()
        #expect(try open().lastSequence == before + 1)
    }

    @Test func `a refused append leaves neither ids nor versions behind`() async throws {
        let log = try open()
        device.fail { operation, path in
            operation == .write && path.hasSuffix("commits") ? ENOSPC : nil
        }
        await #expect(throws: AppendError.self) {
            try await log.append([event(1), event(2, in: [stream(1), stream(2)])])
        }
        #expect(try log.version(of: stream(1)) == 0 && log.version(of: stream(2)) == 0)
        device.heal()
        let receipt = try await log.append([event(2)], expecting: [stream(1): .none])
        #expect(receipt.first == 1)
    }

    @Test func `a refused group is not replayed`() async throws {
        let log = try open()
        _ = try await log.append([event(1)])
        device.fail(writing: 150) { operation, path in
            operation == .write && path.hasSuffix("commits") ? ENOSPC : nil
        }
        await #expect(throws: AppendError.self) { try await log.append([event(2)]) }
        try log.close()
        device.heal()
        #expect(try open().lastSequence == 1)
    }

    @Test func `lines that are durable but not written become visible before the next`()
        async throws
    {
        let log = try open()
        _ = try await log.append([event(1)])
        device.fail(writing: 70) { operation, path in
            operation == .write && path.hasSuffix(".jsonl") ? ENOSPC : nil
        }
        #expect(try await log.append([event(2)]).first == 2)
        #expect(log.lastSequence == 1)
        #expect(readAll(log.reader).sequences == [1])
        await #expect(throws: AppendError.self) { try await log.append([event(3)]) }
        device.heal()
        #expect(try await log.append([event(3)]).first == 3)
        #expect(readAll(log.reader).sequences == [1, 2, 3])
        #expect(try log.reader.verify().findings == [])
    }

    @Test func `lines that are durable but not written become visible at a restart`()
        async throws
    {
        let log = try open()
        _ = try await log.append([event(1)])
        device.fail(writing: 70) { operation, path in
            operation == .write && path.hasSuffix(".jsonl") ? ENOSPC : nil
        }
        _ = try await log.append([event(2)])
        #expect(throws: LogError.self) { try log.close() }
        device.heal()
        let again = try open()
        #expect(again.recovery.restoredLineCount == 1)
        #expect(readAll(again.reader).sequences == [1, 2])
    }

    @Test func `a failed sync of a segment that is rolled is final`() async throws {
        let log = try open()
        try await fill(log, 1...3, padding: 500)
        device.fail { operation, path in
            operation == .synchronize && path.hasSuffix(".jsonl") ? EIO : nil
        }
        var stopped = false
        for number in UInt64(4)...9 where !stopped {
            do { _ = try await log.append([event(number, padding: 500)]) } catch .stopped {
                stopped = true
            }
        }
        #expect(stopped)
        device.heal()
        await #expect(throws: AppendError.self) { try await log.append([event(20)]) }
    }

    /// Waits until something is so, or for so long that it will not be.
    private func wait(until isSo: () -> Bool) async throws {
        for _ in 0..<2_000 where !isSo() { try await Task.sleep(for: .milliseconds(10)) }
        #expect(isSo())
    }

    @Test func `what cannot be done in the background is told, and keeps nobody waiting`()
        async throws
    {
        let log = try open()
        device.fail { $0 == .write && $1.contains("/index/") ? ENOSPC : nil }
        try await fill(log, 1...20)
        try await wait { log.upkeepFailure != nil }
        #expect(log.upkeepFailure?.description.contains("/index/") == true)
        #expect(try log.events(in: stream(1)).count == 6)
        device.heal()
        try await fill(log, 21...40)
        try await wait { log.upkeepFailure == nil }
        #expect(try log.events(in: stream(1)).count == 13)
    }

    @Test func `sealing on a full disk leaves the text and no rest`() async throws {
        let log = try open()
        try await fill(log, 1...20)
        let before = try directory.names()
        device.fail { operation, path in
            operation == .write && path.contains("lz4") ? ENOSPC : nil
        }
        #expect(throws: LogError.self) {
            try log.sealRolledSegments(now: Instant(microseconds: .max / 2))
        }
        #expect(try directory.names() == before)
        device.heal()
        #expect(try !log.sealRolledSegments(now: Instant(microseconds: .max / 2)).isEmpty)
    }
}
