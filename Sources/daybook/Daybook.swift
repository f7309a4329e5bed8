import ArgumentParser
import Foundation
import PortalService

/// The command line of Daybook.
@main
struct Daybook: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "daybook",
        abstract: "An event-sourced record of who may see patient records, and why.",
        discussion: """
            Every action is appended to an append-only log; everything else is rebuilt from it.
            Exit status: 0 done, 1 found something wrong or was refused, 2 could not run.
            """,
        subcommands: [
            InitCommand.self, RunCommand.self, ImportCommand.self, ShowCommand.self,
            HistoryCommand.self, AccessCommand.self, ExplainCommand.self, DiffCommand.self,
            AuditCommand.self, LogCommand.self, RebuildCommand.self,
            ProjectionsCommand.self, VerifyCommand.self, SealCommand.self, StatsCommand.self,
            CommandsCommand.self, DeliverCommand.self, ConfigureCommand.self, DemoCommand.self,
        ]
    )

    static func main() async {
        Storage.prepare()
        do {
            var command = try parseAsRoot()
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
        } catch let code as ExitCode {
            Foundation.exit(code.rawValue)
        } catch let error as ServiceError {
            Terminal.complain(error.description)
            Foundation.exit(2)
        } catch {
            let text = fullMessage(for: error)
            guard exitCode(for: error) != .success else {
                print(text)
                Foundation.exit(0)
            }
            Terminal.complain(text)
            Foundation.exit(2)
        }
    }
}

extension ExitCode {
    /// Found something wrong, or was refused.
    static let refused = ExitCode(1)
}
