import EventLine
import Foundation
import Testing

@testable import EventLog

/// Streams that run through many segments, several of which are read at once.
@Suite struct StreamLookupTests {
    let directory: DataDirectory

    init() throws { directory = try DataDirectory() }

    /// 73 events of one stream: a segment each, then a few in a segment, then many in one.
    private func makeIndex() async throws -> LogIndex {
        let parts = [(UInt64(1)...40, 1), (41...52, 2000), (53...73, 1 << 20)]
        for (numbers, segmentBytes) in parts {
            let log = try directory.open {
                $0.segmentBytes = segmentBytes
                $0.groupBytes = 1
                $0.keepsUp = false
            }
            for number in numbers { _ = try await log.append([event(number)]) }
            try log.close()
        }
        let last = try directory.open { $0.segmentBytes = 1 }
        _ = try await last.append([event(74)])
        try last.close()
        let place = LogDirectory(path: directory.path, device: FileDevice())
        return try LogIndex.open(place, first: .max, mayWrite: true)
    }

    @Test(arguments: [0, 1, 39, 40, 45, 60, 73])
    func `its events come in order, behind any version`(version: Int) async throws {
        let index = try await makeIndex()
        let found = try index.lines(of: stream(1), after: version).map(\.sequence)
        #expect(found == (1...73).dropFirst(version).map { UInt64($0) })
    }

    @Test(arguments: [1, 20, 40, 50, 73])
    func `its events come in order, up to any sequence`(sequence: UInt64) async throws {
        let index = try await makeIndex()
        let found = try index.lines(of: stream(1), through: sequence).map(\.sequence)
        #expect(found == Array(1...sequence))
    }

    @Test func `a damaged line is reported with its place, and later ones are still found`()
        async throws
    {
        let index = try await makeIndex()
        let name = SegmentName(first: 17).fileName
        var bytes = try directory.bytes(name)
        bytes[100] ^= 1
        try directory.write(bytes, to: name)
        #expect {
            try index.lines(of: stream(1))
        } throws: { error in
            guard case .damaged(let findings) = error as? LogError else { return false }
            return findings.map(\.segment) == [name] && findings.map(\.sequence) == [17]
        }
        let later = try index.lines(of: stream(1), after: 17).map(\.sequence)
        #expect(later == Array(18...73))
    }
}
