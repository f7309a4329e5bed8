internal import EventLine
internal import Foundation
internal import PortalService

/// `ask`: what the read models answer in a process that has the store open.
struct AskCommand: BenchCommand {
    static let usage = """
        ask DIR [--beside 1]
            answers each line of standard input, such as {"show":"ClientCard","input":{…}}, as
            `daybook run --batch` does, but does with the projections that are there: what was at
            an earlier moment needs none. With --beside 1 it only reads, as a process beside the
            one that has the store open
        """
    static let options = ["beside"]

    private let directory: DataDirectory
    private let isBeside: Bool

    init(_ arguments: Arguments) {
        directory = DataDirectory(arguments.directory)
        isBeside = arguments["beside", otherwise: 0] > 0
    }

    func run() throws {
        guard !isBeside else {
            return try answer(Archive(reading: directory, clock: .system()))
        }
        let store = try Store.open(at: directory, clock: .system())
        defer { try? store.close() }
        try answer(Archive(of: store))
    }

    private func answer(_ archive: Archive) throws {
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
