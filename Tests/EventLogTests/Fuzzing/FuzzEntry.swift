import EventLine

@testable import EventLog

/// Where bytes that anybody may have written come in. Nothing may trap, and what is read in
/// different ways must be the same; `tools/fuzz` calls this, and so do the tests.
enum FuzzEntry {
    /// A line in every way that there is to read it; also with the checksum that its bytes have.
    static func line(_ bytes: [UInt8]) {
        readLine(bytes)
        readLine(withChecksum(bytes))
    }

    /// The text of the only segment of a log. With a first byte that is odd, the lines get the
    /// checksums that they should have.
    static func plainSegment(_ bytes: [UInt8]) {
        guard let first = bytes.first else { return }
        var text = Array(bytes.dropFirst())
        if first & 1 == 1 {
            let lines = text.split(separator: 10, omittingEmptySubsequences: false)
            text = Array(lines.map { withChecksum(Array($0)) }.joined(separator: [10]))
        }
        readLog(["log/00000000000000000001.jsonl": text])
    }

    /// The file of a sealed segment, with a plain one behind it or without.
    static func sealedSegment(_ bytes: [UInt8]) {
        // Opening does not look at the seals of what it does not write to.
        readLog(["log/00000000000000000001.jsonl.lz4": bytes], opensSoundOnly: false)
    }

    /// What stands in the journal behind its first page.
    static func journal(_ bytes: [UInt8]) {
        var file = Array("daybook journal\n".utf8) + [1, 0, 0, 0]
        file.resize(to: 4096)
        file += bytes
        file.resize(to: max(file.count, 16_384))
        readLog(["journal/commits": file])
    }

    /// The index of the first of two segments. Opening does not look at all of it.
    static func index(_ bytes: [UInt8]) {
        readLog(
            [
                "log/00000000000000000001.jsonl": FuzzSamples.text(),
                "log/00000000000000000005.jsonl": FuzzSamples.nextText(),
                "index/00000000000000000001.index": bytes,
            ],
            opensSoundOnly: false
        )
    }

    private static func readLine(_ bytes: [UInt8]) {
        let found = LineCheck.problem(in: bytes) == nil
        let sequence = LineCheck.sequence(of: bytes)
        guard let line = try? EventLine(parsing: bytes) else { return }
        guard let again = try? EventLine(parsing: Array(line.canonicalBytes.dropLast())) else {
            // Its canonical form can be longer than its own.
            precondition(
                line.canonicalBytes.count > EventLine.byteCountMax,
                "A line that was read and written again cannot be read."
            )
            return
        }
        precondition(again == line, "A line that was read and written again is another line.")
        guard let view = LineView(canonical: bytes.span) else { return }
        precondition(found, "A canonical line with the right checksum fails the quick check.")
        precondition(view.sequence == line.envelope.sequence, "Two sequences in one line.")
        precondition(view.id == line.envelope.id, "Two ids in one line.")
        precondition(
            sequence == nil || sequence == view.sequence,
            "The quick check finds another sequence."
        )
    }

    /// Reads a log in every way, opens it for writing, and reads what that has made of it.
    private static func readLog(_ files: [String: [UInt8]], opensSoundOnly: Bool = true) {
        let device = SimulatedDevice(SimulatedDisk(holding: files), seed: 1)
        read(LogReader(LogDirectory(path: SimulatedDevice.root, device: device)))
        guard let log = try? SimulatedLog.open(device) else { return }
        precondition(
            (try? log.reader.verify().isSound) == true || !opensSoundOnly,
            "A log that could be opened is not sound."
        )
        for number in UInt64(1)...3 {
            let events = try? log.events(in: stream(number))
            precondition(
                events?.allSatisfy { $0.envelope.streams.contains { $0.stream == stream(number) } }
                    ?? true,
                "An event of another stream was given out."
            )
        }
        precondition((try? log.close()) != nil, "A log that could be opened cannot be closed.")
    }

    private static func read(_ reader: LogReader) {
        _ = try? reader.verify()
        _ = try? reader.lastSequence()
        for sequence in [UInt64(1), 2, 5, .max] { _ = try? reader.line(at: sequence) }
        var lines = reader.lines()
        var last: UInt64 = 0
        var failures = 0
        while failures < 10_000 {
            do {
                guard let line = try lines.next() else { break }
                precondition(line.sequence > last, "A reader goes back.")
                last = line.sequence
            } catch {
                failures += 1
            }
        }
        precondition(failures < 10_000, "A reader never comes to the end.")
    }

    /// The bytes with a checksum that fits them at their end, in place of what stands there.
    private static func withChecksum(_ bytes: [UInt8]) -> [UInt8] {
        let mark = Array(",\"crc32c\":\"".utf8)
        var body = bytes
        if body.count > 21, body[(body.count - 21)...].starts(with: mark) { body.removeLast(21) }
        let digits = String(CRC32C.checksum(body.span), radix: 16)
        let zeros = String(repeating: "0", count: 8 - digits.count)
        return body + mark + Array("\(zeros)\(digits)\"}".utf8)
    }
}
