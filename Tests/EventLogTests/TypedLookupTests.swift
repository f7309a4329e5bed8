import EventLine
import Foundation
import Testing

@testable import EventLog

/// A few events of a stream among many that nobody asks for.
@Suite struct TypedLookupTests {
    let directory: DataDirectory
    private let later = Instant(microseconds: 4_000_000_000_000_000)

    init() throws { directory = try DataDirectory() }

    private static func type(of number: UInt64) -> String {
        number % 11 == 3 ? "StaffMemberAdded.v1" : "CommandRefused.v1"
    }

    /// One event after the other, in many segments, of which some are sealed.
    private func fill(_ log: EventLog, _ numbers: ClosedRange<UInt64>) async throws {
        for number in numbers {
            var next = event(number, in: [stream(number % 2)])
            next.type = Self.type(of: number)
            _ = try await log.append([next])
            if number == 60 { _ = try log.sealRolledSegments(now: later) }
        }
    }

    private func expected(
        _ types: Set<String>,
        _ numbers: ClosedRange<UInt64>
    ) -> [UInt64] {
        numbers.filter { $0 % 2 == 1 && types.contains(Self.type(of: $0)) }
    }

    @Test(arguments: [
        ["StaffMemberAdded.v1"], ["CommandRefused.v1"],
        ["StaffMemberAdded.v1", "CommandRefused.v1"], ["Unheard.v1"], [],
    ])
    func `those of some types are found, before and behind any event`(
        types: [String]
    ) async throws {
        let types = Set(types)
        let log = try directory.open {
            $0.segmentBytes = 3000
            $0.keepsUp = false
        }
        try await fill(log, 1...80)
        try log.indexRolledSegments()
        try await fill(log, 81...120)
        for (start, end) in [(0, .max), (0, 40), (33, 34), (33, 97), (90, .max), (118, 200)] {
            let asked = UInt64(start + 1)...max(UInt64(start + 1), min(UInt64(end), 120))
            let own = try log.events(
                in: stream(1),
                ofTypes: types,
                after: UInt64(start),
                through: UInt64(end)
            )
            #expect(own.map(\.envelope.sequence) == expected(types, asked), "\(start) \(end)")
            let read = try log.reader.events(
                in: stream(1),
                ofTypes: types,
                after: UInt64(start),
                through: UInt64(end)
            )
            #expect(read == own, "\(start) \(end)")
        }
    }

    @Test func `segments without any of them are not read`() async throws {
        let log = try directory.open { $0.segmentBytes = 3000 }
        try await fill(log, 1...60)
        try log.indexRolledSegments()
        for name in try LogDirectory(path: directory.path, device: FileDevice()).segments() {
            let bytes = try directory.bytes(name.fileName)
            guard Data(bytes).range(of: Data("StaffMemberAdded".utf8)) == nil else { continue }
            // Whoever read them would find them damaged.
            try directory.write(bytes.map { $0 == 0x7b ? 0x5b : $0 }, to: name.fileName)
        }
        let found = try log.events(in: stream(1), ofTypes: ["StaffMemberAdded.v1"])
        #expect(found.map(\.envelope.sequence) == expected(["StaffMemberAdded.v1"], 1...60))
        #expect(throws: LogError.self) { try log.events(in: stream(1)) }
    }

    @Test func `a damaged line of those asked for is reported`() async throws {
        let log = try directory.open { $0.segmentBytes = 3000 }
        try await fill(log, 1...59)
        try log.indexRolledSegments()
        for name in try LogDirectory(path: directory.path, device: FileDevice()).segments() {
            var bytes = try directory.bytes(name.fileName)
            let text = Data("\"number\":25,".utf8)
            guard let place = Data(bytes).range(of: text) else { continue }
            bytes[place.lowerBound + 1] ^= 1
            try directory.write(bytes, to: name.fileName)
        }
        #expect(throws: LogError.self) {
            try log.events(in: stream(1), ofTypes: ["StaffMemberAdded.v1"])
        }
    }

    @Test func `a stream's version at any event counts those of all types`() async throws {
        let log = try directory.open { $0.segmentBytes = 3000 }
        try await fill(log, 1...90)
        for last in UInt64(0)...90 {
            let version = try log.version(of: stream(1), through: last)
            #expect(version == Int(last + 1) / 2, "\(last)")
        }
    }

    @Test func `the last event at a time is found where times go back, too`() async throws {
        let seed = UInt64.random(in: 0 ... .max)
        print("seed \(seed)")
        var random = SeededGenerator(seed: seed)
        let log = try directory.open { $0.segmentBytes = 3000 }
        var times: [Int64] = []
        for number in UInt64(1)...150 {
            var next = event(number)
            next.time = Instant(microseconds: 1_700_000_000_000_000 + Int64(random.next() % 200))
            times.append(next.time.microseconds)
            _ = try await log.append([next])
            guard number % 7 == 0 else { continue }
            for _ in 0..<5 {
                let moment = 1_700_000_000_000_000 + Int64(random.next() % 220) - 10
                let expected = times.lastIndex { $0 <= moment }.map { UInt64($0) + 1 } ?? 0
                let found = try log.lastSequence(notAfter: Instant(microseconds: moment))
                #expect(found == expected, "seed \(seed) at \(number)")
            }
        }
    }
}
