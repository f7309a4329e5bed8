internal import EventLine
internal import Foundation
internal import PortalService

/// `ask`: what the read models answer to a process that only reads.
struct AskCommand: BenchCommand {
    static let usage = """
        ask DIR
            answers each line of standard input, such as {"show":"ClientCard","input":{…}}, as the
            operator is answered beside a writer: nothing is written, and no projection is needed
            for what was at an earlier moment
        """
    static let options: [String] = []

    private let directory: String

    init(_ arguments: Arguments) { directory = arguments.directory }

    func run() throws {
        let archive = try Archive(reading: DataDirectory(directory), clock: .system())
        let desk = QueryDesk(archive: archive)
        while let line = readLine() {
            let question = try JSONValue(parsing: Array(line.utf8))
            guard let name = question["show"]?.string else {
                throw UsageError("a line asks by \"show\": \(line)")
            }
            let reply = try desk.show(QueryRequest(name, input: question["input"] ?? [:]))
            FileHandle.standardOutput.write(Data((reply.json.canonicalText + "\n").utf8))
        }
    }
}
