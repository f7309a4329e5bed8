import Foundation
import Glibc

/// A mail server for one test, in a process of its own, that keeps what it is given.
final class MailSink {
    /// What it does with mails.
    enum Manner: String {
        case accepts
        /// Says 451 to the recipient.
        case putsOff
        /// Says 550 to the recipient.
        case rejectsAddress
        /// Says 554 to the message.
        case rejectsMessage
        /// Closes the connection when the message begins.
        case hangsUp
        /// Closes the connection when it has the whole message, without an answer.
        case loses
        /// Never answers when it has the whole message.
        case stalls
    }

    let address: String
    private let process = Process()
    private let directory: String

    init(_ manner: Manner) throws {
        directory =
            FileManager.default.temporaryDirectory
            .appendingPathComponent("daybook-sink-\(UInt64.random(in: 0 ... .max))").path
        try FileManager.default.createDirectory(
            atPath: directory,
            withIntermediateDirectories: true
        )
        let output = Pipe()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["python3", "-c", Self.script, manner.rawValue, directory]
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        let line = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
        guard let port = Int(line.trimmingCharacters(in: .whitespacesAndNewlines)) else {
            throw Unexpected("the mail server did not start: \(line)")
        }
        address = "127.0.0.1:\(port)"
    }

    deinit {
        kill(process.processIdentifier, SIGKILL)
        try? FileManager.default.removeItem(atPath: directory)
    }

    /// The messages that it was given, in order, with the envelope in the first two lines.
    func mails() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: directory).sorted().map {
            try String(contentsOfFile: "\(directory)/\($0)", encoding: .utf8)
        }
    }

    private static let script = """
        import os, socketserver, sys, time
        manner, directory = sys.argv[1:]
        class Handler(socketserver.StreamRequestHandler):
            def say(self, text):
                self.wfile.write((text + "\\r\\n").encode())
            def handle(self):
                self.say("220 sink")
                envelope = []
                while line := self.rfile.readline().decode().strip():
                    word = line.upper()
                    if word.startswith("EHLO"):
                        self.say("250-sink")
                        self.say("250 8BITMIME")
                    elif word.startswith("MAIL"):
                        envelope = [line]
                        self.say("250 ok")
                    elif word.startswith("RCPT"):
                        envelope.append(line)
                        if manner == "putsOff":
                            self.say("451 try later")
                        elif manner == "rejectsAddress":
                            self.say("550 nobody here")
                        else:
                            self.say("250 ok")
                    elif word == "DATA":
                        if manner == "hangsUp":
                            return
                        self.say("354 go on")
                        if not self.message(envelope):
                            return
                    elif word == "QUIT":
                        self.say("221 bye")
                        return
                    else:
                        self.say("500 what")
            def message(self, envelope):
                lines = []
                while (line := self.rfile.readline()) != b".\\r\\n":
                    if not line:
                        return False
                    lines.append(line[1:] if line.startswith(b".") else line)
                if manner == "rejectsMessage":
                    self.say("554 no")
                    return True
                name = "%020d" % time.time_ns()
                with open(os.path.join(directory, name), "wb") as file:
                    file.write("\\n".join(envelope).encode() + b"\\n" + b"".join(lines))
                if manner == "loses":
                    return False
                if manner == "stalls":
                    time.sleep(600)
                self.say("250 taken")
                return True
        socketserver.ThreadingTCPServer.daemon_threads = True
        with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
            print(server.server_address[1], flush=True)
            server.serve_forever()
        """
}
