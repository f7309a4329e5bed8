import EventLine
import EventLog
import Foundation
import Glibc
import Testing

/// A real file system runs full.
@Suite struct DiskFullTests {
    @Test(arguments: SmallFileSystem.Kind.allCases)
    func `a full disk refuses with a clear error, and appends go on when there is room`(
        kind: SmallFileSystem.Kind
    ) async throws {
        guard let disk = SmallFileSystem(kind, byteCount: 8 << 20) else {
            try Test.cancel("no file system of the kind \(kind) can be mounted here")
        }
        let ballast = "\(disk.path)/ballast"
        try Data(repeating: 1, count: 1 << 20).write(to: URL(filePath: ballast))
        let data = "\(disk.path)/data"
        mkdir(data, 0o755)
        let log = try open(data)
        let count = try await fillDisk(log, from: 1)
        #expect(log.lastSequence == count)
        // Sealing needs room too; where there is too little, the text stays as it is.
        _ = try? log.sealRolledSegments(now: Instant(microseconds: .max / 2))
        #expect(readAll(log.reader).sequences == Array(1...count))
        #expect(try log.reader.verify().findings == [])

        unlink(ballast)
        let receipt = try await log.append([event(count + 1, padding: 3000)])
        #expect(receipt.first == count + 1)
        let last = try await fillDisk(log, from: count + 2)
        #expect(last > count + 1)
        try? log.close()
        try await reopenWhenFull(data, last)
    }

    private func open(_ path: String) throws -> EventLog {
        var options = smallOptions()
        options.segmentBytes = 300_000
        options.sealingGrace = .zero
        // Sealing would make room again and again.
        options.keepsUp = false
        return try EventLog.open(directory: path, options: options)
    }

    /// Appends until the disk is full; answers the last that was acknowledged.
    private func fillDisk(_ log: EventLog, from first: UInt64) async throws -> UInt64 {
        for number in first..<10_000 {
            do throws(AppendError) {
                _ = try await log.append([event(number, padding: 3000)])
            } catch {
                guard case .refused(let error) = error, error.isDiskFull,
                    "\(error)".contains("no restart is needed")
                else { throw error }
                return number - 1
            }
        }
        throw Surprise("the disk never was full")
    }

    /// A log on a full disk opens, or says why not; either way nothing is lost.
    private func reopenWhenFull(_ path: String, _ last: UInt64) async throws {
        do {
            let log = try open(path)
            #expect(log.lastSequence == last)
            try? log.close()
        } catch LogError.device(let error) {
            #expect(error.isDiskFull)
        }
        #expect(readAll(LogReader(directory: path)).sequences == Array(1...last))
        #expect(try LogReader(directory: path).verify().findings == [])
    }
}
