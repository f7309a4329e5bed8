import Foundation
import PortalService

/// Reads a file or standard input line by line, as lines come.
final class LineReader {
    private let handle: FileHandle
    private var buffer: [UInt8] = []
    private var start = 0
    private var isAtEnd = false

    private static let chunk = 1 << 16

    init(path: String) throws {
        if path == "-" {
            handle = .standardInput
        } else {
            guard let handle = FileHandle(forReadingAtPath: path) else {
                throw ServiceError("\(path) cannot be read; give an existing file, or - for stdin")
            }
            self.handle = handle
        }
    }

    /// The next line without its line feed; nil at the end.
    func next() throws -> [UInt8]? {
        var searched = start
        while true {
            if let end = buffer[searched...].firstIndex(of: 0x0a) {
                defer { start = end + 1 }
                return Array(buffer[start..<end])
            }
            searched = buffer.count
            guard !isAtEnd else {
                defer { start = buffer.count }
                return start < buffer.count ? Array(buffer[start...]) : nil
            }
            searched -= start
            buffer.removeFirst(start)
            start = 0
            let more = handle.availableData
            isAtEnd = more.isEmpty
            buffer.append(contentsOf: more)
        }
    }
}
