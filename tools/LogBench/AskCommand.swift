internal import EventLine
internal import Foundation
internal import PortalService

/// `ask`: what the read models answer in a process that has the store open.
struct AskCommand: BenchCommand {
    static let usage = """
        ask DIR
            answers each line of standard input, such as {"show":"ClientCard","input":{…}}, as
            `daybook run --batch` does, but does with the projections that are there: what was at
            an earlier moment needs none
        """
    static let options: [String] = []

    private let directory: String

    init(_ arguments: Arguments) { directory = arguments.directory }

    func run() throws {
        let store = try Store.open(at: DataDirectory(directory), clock: .system())
        defer { try? store.close() }
        let desk = QueryDesk(archive: try Archive(of: store))
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
