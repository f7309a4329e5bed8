import Foundation

@testable import PortalService

extension House {
    /// The files of the data directory that hold one of these texts in clear, in any case of
    /// letters.
    func files(holding texts: Set<String>, except folders: [String]) throws -> [String] {
        let list = "\(directory.path).patterns"
        try texts.sorted().joined(separator: "\n").write(
            toFile: list,
            atomically: true,
            encoding: .utf8
        )
        defer { try? FileManager.default.removeItem(atPath: list) }
        let grep = Process()
        grep.executableURL = URL(fileURLWithPath: "/bin/grep")
        grep.arguments =
            ["-r", "-l", "-i", "-a", "-F", "-f", list]
            + folders.map { "--exclude-dir=\($0)" } + [directory.path]
        let output = Pipe()
        grep.standardOutput = output
        try grep.run()
        let found = output.fileHandleForReading.readDataToEndOfFile()
        grep.waitUntilExit()
        guard grep.terminationStatus < 2 else { throw Unexpected("grep could not search") }
        return String(decoding: found, as: UTF8.self).split(separator: "\n").map(String.init)
            .sorted()
    }
}
