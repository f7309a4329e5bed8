import EventLine
import Foundation
import PortalService

/// What is written for people: to standard error where the output is data.
enum Terminal {
    /// Whether standard error is a terminal, so that progress can be shown in place.
    static var showsProgress: Bool { isatty(2) == 1 }

    static func complain(_ text: String) {
        let line = text.hasPrefix("Error: ") ? String(text.dropFirst(7)) : text
        write("daybook: \(line)\n")
    }

    static func note(_ text: String) { write("\(text)\n") }

    /// Columns as wide as their widest cell.
    static func table(_ head: [String], _ rows: [[String]]) -> String {
        let all = [head] + rows
        let widths = head.indices.map { column in all.map { $0[column].count }.max() ?? 0 }
        return all.map { row in
            let cells = zip(row, widths).map { cell, width in
                cell + String(repeating: " ", count: width - cell.count)
            }
            return trimmed(cells.joined(separator: "  "))
        }.joined(separator: "\n")
    }

    /// How many columns the terminal shows to which standard output goes; nil where it goes
    /// elsewhere.
    static var width: Int? {
        guard isatty(1) == 1 else { return nil }
        var size = winsize()
        let found = ioctl(1, UInt(TIOCGWINSZ), &size) == 0 ? Int(size.ws_col) : 0
        return found > 0 ? max(found, 40) : 80
    }

    /// A text in lines no wider than this, broken at spaces; a longer word stays whole.
    static func wrapped(_ text: String, width: Int) -> [String] {
        var lines: [String] = []
        for word in text.split(separator: " ") {
            guard let last = lines.last, last.count + 1 + word.count <= width else {
                lines.append(String(word))
                continue
            }
            lines[lines.count - 1] = "\(last) \(word)"
        }
        return lines
    }

    private static func trimmed(_ line: String) -> String {
        var line = line
        while line.last == " " { line.removeLast() }
        return line
    }

    private static func write(_ text: String) {
        FileHandle.standardError.write(Data(text.utf8))
    }
}

/// Writes JSON on a line of its own, at once, so that whoever waits for it sees it.
func printJSON(_ value: JSONValue) {
    FileHandle.standardOutput.write(Data(value.canonicalBytes + [0x0a]))
}

/// Writes a list as CSV.
func printCSV(_ value: JSONValue) throws {
    guard let text = CSVTable.text(of: value) else {
        throw ServiceError("only lists can be written as CSV; this read model is one object")
    }
    FileHandle.standardOutput.write(Data(text.utf8))
}
