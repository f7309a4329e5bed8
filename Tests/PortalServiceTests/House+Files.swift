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
        let excluded = folders.map { "--exclude-dir=\($0)" }.joined(separator: " ")
        let command = "grep -r -l -i -a -F -f '\(list)' \(excluded) '\(directory.path)'"
        guard let stream = popen(command, "r") else { throw Unexpected("grep did not start") }
        var found: [UInt8] = []
        var byte = fgetc(stream)
        while byte != EOF {
            found.append(UInt8(truncatingIfNeeded: byte))
            byte = fgetc(stream)
        }
        guard pclose(stream) >> 8 & 0xff < 2 else { throw Unexpected("grep could not search") }
        return String(decoding: found, as: UTF8.self).split(separator: "\n").map(String.init)
            .sorted()
    }
}
