internal import EventLog
internal import Foundation

/// `sizes`: what an event takes on the disk.
struct SizesCommand: BenchCommand {
    static let usage = """
        sizes DIR
            bytes per event, plain and sealed, with what the index has beside the segments
        """
    static let options: [String] = []

    private let directory: String

    init(_ arguments: Arguments) { directory = arguments.directory }

    func run() throws {
        let reader = LogReader(directory: directory)
        let segments = try reader.segments()
        let last = try reader.lastSequence()
        var plain = Part()
        var sealed = Part()
        for (segment, next) in zip(segments, segments.dropFirst().map(\.firstSequence) + [last + 1])
        {
            let count = Int(next - segment.firstSequence)
            if segment.isSealed {
                sealed.add(count, segment.byteCount)
            } else {
                plain.add(count, segment.byteCount)
            }
        }
        let index = byteCount(ofFilesIn: "\(directory)/index")
        var figures = Figures()
        figures.add("events", plain.eventCount + sealed.eventCount)
        figures.add("plainBytesPerEvent", plain.bytesPerEvent)
        figures.add("sealedBytesPerEvent", sealed.bytesPerEvent)
        figures.add("sealedOfPlain", sealed.bytesPerEvent / plain.bytesPerEvent)
        figures.add("indexBytesPerEvent", Double(index) / Double(max(last, 1)))
        figures.print()
    }

    /// Files of one kind.
    private struct Part {
        var eventCount = 0
        var byteCount = 0

        var bytesPerEvent: Double {
            eventCount == 0 ? .nan : Double(byteCount) / Double(eventCount)
        }

        mutating func add(_ events: Int, _ bytes: Int) {
            eventCount += events
            byteCount += bytes
        }
    }

    private func byteCount(ofFilesIn path: String) -> Int {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
        return names.reduce(0) { sum, name in
            let file = URL(filePath: "\(path)/\(name)")
            return sum + ((try? file.resourceValues(forKeys: [.fileSizeKey]).fileSize ?? 0) ?? 0)
        }
    }
}
