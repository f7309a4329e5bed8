import Foundation
import Glibc

/// A connection to a mail server, closed when nobody uses it any more.
final class SMTPConnection {
    private let descriptor: Int32
    private var received: [UInt8] = []

    /// More than this in one reply is not SMTP.
    private static let replyLengthMax = 64_000

    /// Connects; nil if nobody answers at any of the host's addresses.
    init?(host: String, port: UInt16, patience: Int) {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var found: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(host, "\(port)", &hints, &found) == 0 else { return nil }
        defer { freeaddrinfo(found) }
        var next = found
        while let address = next {
            if let connected = Self.connected(address.pointee, patience: patience) {
                descriptor = connected
                return
            }
            next = address.pointee.ai_next
        }
        return nil
    }

    deinit { close(descriptor) }

    private static func connected(_ address: addrinfo, patience: Int) -> Int32? {
        let kind = address.ai_socktype | Int32(SOCK_CLOEXEC.rawValue)
        let descriptor = socket(address.ai_family, kind, address.ai_protocol)
        guard descriptor >= 0 else { return nil }
        var limit = timeval(tv_sec: patience, tv_usec: 0)
        let size = socklen_t(MemoryLayout<timeval>.size)
        // On Linux the limit for sending is also the one for connecting.
        guard setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, size) == 0,
            setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, size) == 0,
            connect(descriptor, address.ai_addr, address.ai_addrlen) == 0
        else {
            close(descriptor)
            return nil
        }
        return descriptor
    }

    /// Sends bytes; answers whether all left this machine's program.
    func write(_ bytes: [UInt8]) -> Bool {
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { return false }
            sent += count
        }
        return true
    }

    /// Sends a line whose answer does not matter.
    func command(_ line: String) { _ = write(Array("\(line)\r\n".utf8)) }

    /// Sends a line and waits for the answer; nil if the connection is lost, or the line would be
    /// two.
    func asked(_ line: String) -> SMTPReply? {
        guard !line.utf8.contains(where: { $0 < 0x20 }), write(Array("\(line)\r\n".utf8)) else {
            return nil
        }
        return reply()
    }

    /// Waits for an answer, which may have several lines (§4.2.1).
    func reply() -> SMTPReply? {
        var text: [String] = []
        var length = 0
        while let line = nextLine() {
            length += line.utf8.count
            guard length <= Self.replyLengthMax, let code = Int(line.prefix(3)) else { return nil }
            text.append(String(line.dropFirst(4)))
            if line.dropFirst(3).first != "-" {
                return SMTPReply(code: code, text: text.joined(separator: " "))
            }
        }
        return nil
    }

    private func nextLine() -> String? {
        while true {
            if let end = received.firstIndex(of: 0x0a) {
                var line = received[..<end]
                if line.last == 0x0d { line = line.dropLast() }
                let text = String(decoding: line, as: UTF8.self)
                received.removeSubrange(...end)
                return text
            }
            guard received.count <= Self.replyLengthMax else { return nil }
            var block = [UInt8](repeating: 0, count: 4096)
            let count = recv(descriptor, &block, block.count, 0)
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { return nil }
            received.append(contentsOf: block[..<count])
        }
    }
}
