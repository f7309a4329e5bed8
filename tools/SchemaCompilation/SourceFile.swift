/// A file that was read: where it stands and what it holds.
public struct SourceFile: Sendable {
    /// The path as messages show it.
    public let path: String
    /// Its bytes.
    public let bytes: [UInt8]

    /// A file of these bytes.
    public init(path: String, bytes: [UInt8]) {
        self.path = path
        self.bytes = bytes
    }

    /// The last component of the path.
    public var name: String {
        String(path.split(separator: "/").last ?? "")
    }

    /// What is wrong at one of its bytes.
    func problem(_ message: String, at offset: Int = 0) -> Problem {
        let before = bytes.prefix(offset)
        let lineStart = before.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
        return Problem(
            path: path,
            line: before.count { $0 == UInt8(ascii: "\n") } + 1,
            column: before.count - lineStart + 1,
            message: message
        )
    }
}

/// What is wrong with a schema or a sample, in the form in which compilers say it.
public struct Problem: Error, Hashable, Comparable, CustomStringConvertible {
    /// The file.
    public let path: String
    /// The line, from 1.
    public let line: Int
    /// The byte in the line, from 1.
    public let column: Int
    /// What is wrong and what would be right.
    public let message: String

    /// `path:12:5: error: …`, which SwiftPM shows as an error of the build.
    public var description: String { "\(path):\(line):\(column): error: \(message)" }

    /// Orders by file and place.
    public static func < (left: Problem, right: Problem) -> Bool {
        (left.path, left.line, left.column, left.message)
            < (right.path, right.line, right.column, right.message)
    }
}
