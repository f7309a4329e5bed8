internal import Foundation
internal import Glibc

/// What the kernel has counted of this process.
enum ProcessCounters {
    /// How many calls have written something, to whatever it was.
    static var writeCalls: Int { number("syscw", in: "/proc/self/io") }

    /// How long the processors have worked for this process, in seconds.
    static var processorSeconds: Double {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    /// The most memory that the process has held, in bytes.
    static var memoryPeak: Int { number("VmHWM", in: "/proc/self/status") * 1024 }

    private static func number(_ name: String, in path: String) -> Int {
        let text = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
        let line = text.split(separator: "\n").first { $0.hasPrefix("\(name):") }
        return line?.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Int($0) }
            ?? 0
    }
}
