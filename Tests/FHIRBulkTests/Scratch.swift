import FHIRBulk
import Foundation

/// A directory of one test, removed with it.
final class Scratch {
    let directory: String

    init() throws {
        let name = "daybook-fhir-\(UInt64.random(in: 0 ... .max))"
        directory = FileManager.default.temporaryDirectory.appendingPathComponent(name).path
        try FileManager.default.createDirectory(
            atPath: directory,
            withIntermediateDirectories: false
        )
    }

    deinit { try? FileManager.default.removeItem(atPath: directory) }

    func path(_ name: String) -> String { directory + "/" + name }

    func bytes(_ name: String) throws -> Data {
        try Data(contentsOf: URL(fileURLWithPath: path(name)))
    }
}

/// What a file of these bytes gives.
func lines(of bytes: Data) throws -> [BulkLine] {
    let scratch = try Scratch()
    try bytes.write(to: URL(fileURLWithPath: scratch.path("lines.ndjson")))
    return try lines(ofFile: scratch.path("lines.ndjson"))
}

func lines(of text: String) throws -> [BulkLine] { try lines(of: Data(text.utf8)) }

func lines(ofFile path: String) throws -> [BulkLine] {
    var reader = try BulkReader(path: path)
    var lines: [BulkLine] = []
    while let line = try reader.next() { lines.append(line) }
    return lines
}
