import ArgumentParser
import EventLine
import Foundation
import PortalAccess
import PortalService

/// Runs one command, or a batch of them.
struct RunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Run a command, or a batch of commands and queries.",
        discussion: """
            Examples:
              daybook run RegisterClient --json '{"givenName":"Ada","familyName":"Lane",
                "dateOfBirth":"1980-02-29","email":"ada@example.org"}'
              daybook run --batch - < commands.ndjson

            A batch line is {"command":…,"as":…,"organisation":…,"key":…,"input":{…}}, with
            --test-clock also "at":…; "show" in place of "command" asks a query, which sees what every
            earlier line did. "from" is the IP address that a command comes from: sign-ins that fail
            are counted by it too. With "expectedVersion" a command is refused versionConflict unless
            there are so many events of the client, or of the organisation, that it is about: the
            number behind client/ID@ in the newest of them ("streams", daybook log).
            """
    )

    @OptionGroup var store: StoreOptions
    @OptionGroup var caller: CallerOptions
    @Argument(help: "The command's name.") var command: String?
    @Option(help: "Its input, a JSON object.") var json = "{}"
    @Option(help: "A key: repeating it gives the first answer.") var key: String?
    @Option(help: "The IP address that it comes from; sign-ins that fail are counted by it.")
    var from: String?
    @Option(help: "Refuse it unless its client, or organisation, has had so many events.")
    var expectedVersion: Int?
    @Option(help: "A file of NDJSON requests, - for standard input.") var batch: String?

    func run() async throws {
        guard (command == nil) != (batch == nil) else {
            throw ValidationError("give the name of a command, or --batch FILE")
        }
        let input = try inputObject(json, option: "--json")
        let address = try from.map { text in
            guard let address = NetworkAddress(text) else {
                throw ValidationError("--from must be an IP address such as 203.0.113.7")
            }
            return address
        }
        let lines = try batch.map { try LineReader(path: $0) }
        let opened = try store.open()
        let session = try await BatchSession(desk: CommandDesk(store: opened))
        if let lines {
            // Others read what is new while more lines come.
            let follower = ProjectionFollower(opened)
            defer { follower.end() }
            try await answer(lines, session)
        } else if let command {
            try await answer(command, input, from: address, session)
        }
        try session.finish()
        try opened.finish()
    }

    private func answer(_ lines: LineReader, _ session: BatchSession) async throws {
        while let line = try lines.next() {
            guard line.contains(where: { $0 != 0x20 && $0 != 0x09 && $0 != 0x0d }) else { continue }
            printJSON(try await session.answer(line))
        }
    }

    private func answer(
        _ name: String,
        _ input: JSONValue,
        from address: NetworkAddress?,
        _ session: BatchSession
    ) async throws {
        let reply = try await session.run(
            CommandRequest(
                name,
                input: input,
                actor: try caller.caller(),
                organisation: try caller.organisationID(),
                key: key,
                expectedVersion: expectedVersion,
                from: address
            )
        )
        printJSON(reply.json)
        guard case .refused(let refused) = reply else { return }
        try session.finish()
        Terminal.complain(
            "\(name) was refused: \(refused.reason)"
                + (refused.field.map { " (\($0))" } ?? "")
                + (refused.detail.map { ": \($0)" } ?? "")
        )
        throw ExitCode.refused
    }
}
