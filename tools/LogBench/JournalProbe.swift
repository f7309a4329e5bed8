internal import Foundation
internal import Glibc

/// What the disk gives a journal: frames written one after the other into a file that has its
/// blocks already, each synchronised before the next. No log can acknowledge faster.
final class JournalProbe {
    private let path: String
    private let descriptor: Int32
    private var position = 0
    /// How many frames, and how long that took in seconds.
    private(set) var count = 0
    private(set) var seconds = 0.0
    private(set) var latencies = Latencies()

    private static let fileBytes = 16 << 20
    private static let pageBytes = 4096

    init(directory: String) throws {
        path = "\(directory)/journal-probe"
        descriptor = Glibc.open(path, O_RDWR | O_CREAT | O_TRUNC, 0o600)
        guard descriptor >= 0 else { throw SystemFailure("open \(path)", errno) }
        try write([UInt8](repeating: 0, count: Self.fileBytes), at: 0)
    }

    deinit {
        Glibc.close(descriptor)
        unlink(path)
    }

    /// Writes frames of a size for a while.
    func run(for length: Duration, frameBytes: Int) throws {
        let frame = [UInt8](repeating: 0x78, count: min(max(frameBytes, 1), Self.fileBytes))
        let start = MachineClock.nanoseconds
        var last = start
        while Duration.nanoseconds(last - start) < length {
            if position + frame.count > Self.fileBytes { position = 0 }
            try write(frame, at: position)
            position += (frame.count + Self.pageBytes - 1) / Self.pageBytes * Self.pageBytes
            let now = MachineClock.nanoseconds
            latencies.add(from: last, to: now)
            last = now
            count += 1
        }
        seconds += Double(last - start) / 1e9
    }

    private func write(_ bytes: [UInt8], at offset: Int) throws {
        let written = bytes.withUnsafeBytes {
            pwrite(descriptor, $0.baseAddress, $0.count, off_t(offset))
        }
        guard written == bytes.count, fdatasync(descriptor) == 0 else {
            throw SystemFailure("write \(path)", errno)
        }
    }
}

/// What the operating system refused.
struct SystemFailure: Error, CustomStringConvertible {
    let description: String

    init(_ what: String, _ code: Int32) {
        description = "cannot \(what): \(String(cString: strerror(code)))"
    }
}
