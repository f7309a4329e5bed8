@testable import EventLog

/// The text of a log as it lies on a simulated disk, read without the engine's reader.
struct LogText {
    /// The first sequence by the name of the segment, and the plain text.
    let segments: [(first: UInt64, text: [UInt8])]

    /// Reads all segments as programs see them; an unfinished last line is left out.
    init(_ disk: SimulatedDisk) throws {
        let names = (disk.names["\(SimulatedDevice.root)/log"] ?? [:]).keys
            .compactMap { SegmentName($0) }.sorted()
        var segments: [(first: UInt64, text: [UInt8])] = []
        for name in names where segments.last?.first != name.first {
            let path = "\(SimulatedDevice.root)/log/\(name.fileName)"
            let file = disk.file(at: path).flatMap { disk.files[$0] }
            var text = file?.seen ?? []
            if name.isSealed {
                var unpacker = try LZ4Unpacker()
                text = try unpacker.unpack(text)
            }
            let end = text.lastIndex(of: 10).map { $0 + 1 } ?? 0
            segments.append((name.first, Array(text.prefix(end))))
        }
        self.segments = segments
    }

    /// The text of all segments together.
    var bytes: [UInt8] { segments.flatMap(\.text) }

    /// The sequence of the last line, if names and lines agree.
    var lastSequence: UInt64 {
        guard let last = segments.last else { return 0 }
        return last.first - 1 + UInt64(last.text.count { $0 == 10 })
    }
}
