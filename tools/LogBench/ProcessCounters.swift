internal import Foundation

/// What the kernel has counted of this process.
enum ProcessCounters {
    /// How many calls have written something, to whatever it was.
    static var writeCalls: Int { number("syscw", in: "/proc/self/io") }

    /// The most memory that the process has held, in bytes.
    static var memoryPeak: Int { number("VmHWM", in: "/proc/self/status") * 1024 }

    private static func number(_ name: String, in path: String) -> Int {
        let text = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
        let line = text.split(separator: "\n").first { $0.hasPrefix("\(name):") }
        return line?.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Int($0) }
            ?? 0
    }
}
