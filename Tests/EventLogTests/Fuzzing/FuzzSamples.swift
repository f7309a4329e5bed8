import EventLine

@testable import EventLog

/// What the changes start from.
enum FuzzSamples {
    /// Lines without their line feeds: the shortest, one with every member, one in another order.
    static func line() -> [[UInt8]] {
        var full = event(7, in: [stream(1), stream(2)], padding: 5)
        full.onBehalfOf = "organisation \"Riverside\"\n\u{1}ü"
        full.correlationID = "req-17"
        full.causationID = "\(id(3))"
        full.traceParent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
        let shuffled =
            #"{"data":{"a":[1,-2.5e3,null,true,"\u00fc"]},"specversion":"1.0","sequence":"#
            + #""00000000000000000001","id":"019a8c3e-5b00-7001-8000-000000000001","source":"/o","#
            + #""type":"A.v1","subject":"a/1","streams":"a/1@1 b@2","commit":"1/1","actor":"x","#
            + #""time": "2026-11-21T04:25:01.123456Z" ,"crc32c":"00000000"}"#
        return [line(event(1), 1), line(full, 2), Array(shuffled.utf8)].map { $0.withoutLineFeed }
    }

    /// With a first byte that says whether checksums are put right.
    static func plainSegment() -> [[UInt8]] { [[0] + text(), [1] + text()] }

    static func sealedSegment() throws -> [[UInt8]] { [try sealed()] }

    /// The text of a segment with a commit of two and two of one.
    static func text() -> [UInt8] {
        let first = event(1).line(
            sequence: 1,
            streams: [StreamPosition(stream: stream(1), version: 1)],
            commitIndex: 1,
            commitCount: 2
        )
        let second = event(2).line(
            sequence: 2,
            streams: [StreamPosition(stream: stream(1), version: 2)],
            commitIndex: 2,
            commitCount: 2
        )
        return first.canonicalBytes + second.canonicalBytes + line(event(3), 3) + line(event(4), 4)
    }

    /// What follows that text.
    static func nextText() -> [UInt8] { line(event(5), 5) }

    static func index() throws -> [[UInt8]] {
        let path = "log/00000000000000000001.jsonl"
        let device = SimulatedDevice(SimulatedDisk(holding: [path: text()]), seed: 1)
        let directory = LogDirectory(path: SimulatedDevice.root, device: device)
        let segment = try directory.open(SegmentName(first: 1))
        let frames = SegmentFrames.encoded(try SegmentContents(scanning: segment))
        return [frames]
    }

    private static func sealed() throws -> [UInt8] {
        var packer = try LZ4Packer(contentBytes: text().count)
        return try packer.start() + packer.pack(text()) + packer.finish()
    }

    static func journal() -> [[UInt8]] {
        var group = CommitGroup(first: 1, count: 2, lines: line(event(1), 1) + line(event(2), 2))
        JournalFrame.seal(&group, run: 1)
        var frame = group.bytes
        frame.resize(to: 4096)
        var next = CommitGroup(first: 3, count: 1, lines: line(event(3), 3))
        JournalFrame.seal(&next, run: 1)
        return [frame + next.bytes]
    }

    private static func line(_ event: NewEvent, _ sequence: UInt64) -> [UInt8] {
        let version = Int(sequence)
        return event.line(
            sequence: sequence,
            streams: event.streams.map { StreamPosition(stream: $0, version: version) },
            commitIndex: 1,
            commitCount: 1
        ).canonicalBytes
    }
}

extension [UInt8] {
    fileprivate var withoutLineFeed: [UInt8] { last == 10 ? dropLast() : self }
}
