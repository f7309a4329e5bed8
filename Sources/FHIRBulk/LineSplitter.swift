import Foundation

/// Cuts a stream of bytes into lines, holding never more than the longest line and a chunk.
struct LineSplitter {
    enum Line {
        case bytes(ArraySlice<UInt8>)
        case tooLong
    }

    private let lineByteCountMax: Int
    private var buffer: [UInt8] = []
    private var lineStart = 0
    private var searchStart = 0
    /// Inside a line of which the beginning was thrown away already.
    private var isDiscarding = false

    init(lineByteCountMax: Int) { self.lineByteCountMax = lineByteCountMax }

    mutating func append(_ chunk: Data) {
        buffer.removeSubrange(..<lineStart)
        searchStart -= lineStart
        lineStart = 0
        buffer.append(contentsOf: chunk)
    }

    /// The next whole line, without its line feed; nil until more is appended. At the end the
    /// rest is a line too.
    mutating func next(isAtEnd: Bool) -> Line? {
        if let end = buffer[searchStart...].firstIndex(of: 0x0a) {
            let line = takeLine(upTo: end)
            lineStart = end + 1
            searchStart = end + 1
            return line
        }
        if isAtEnd {
            guard lineStart < buffer.count || isDiscarding else { return nil }
            let line = takeLine(upTo: buffer.count)
            lineStart = buffer.count
            searchStart = buffer.count
            return line
        }
        searchStart = buffer.count
        if buffer.count - lineStart > lineByteCountMax {
            isDiscarding = true
            lineStart = buffer.count
        }
        return nil
    }

    private mutating func takeLine(upTo end: Int) -> Line {
        let isTooLong = isDiscarding || end - lineStart > lineByteCountMax
        isDiscarding = false
        return isTooLong ? .tooLong : .bytes(buffer[lineStart..<end])
    }
}
