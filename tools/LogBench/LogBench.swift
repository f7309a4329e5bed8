internal import Foundation
internal import PortalService

/// Puts a load on an event log, and measures.
///
/// Exit status: 0 done, 2 could not be done; then the reason stands on standard error.
@main
struct LogBench {
    private static let commands: [String: any BenchCommand.Type] = [
        "append": AppendCommand.self,
        "ask": AskCommand.self,
        "follow": FollowCommand.self,
        "fsync": FsyncCommand.self,
        "generate": GenerateCommand.self,
        "generate-lives": GenerateLivesCommand.self,
        "open": OpenCommand.self,
        "read": ReadCommand.self,
        "record-rebuild": RecordRebuildCommand.self,
        "sample": SampleCommand.self,
        "scan": ScanCommand.self,
        "sizes": SizesCommand.self,
        "tail": TailCommand.self,
        "write": WriteCommand.self,
    ]

    static func main() async {
        Storage.prepare()
        do {
            try await run(CommandLine.arguments.dropFirst())
        } catch {
            FileHandle.standardError.write(Data("LogBench: \(error)\n".utf8))
            exit(2)
        }
    }

    private static func run(_ words: ArraySlice<String>) async throws {
        guard let name = words.first, let command = commands[name] else {
            let usages = commands.sorted { $0.key < $1.key }.map { $0.value.usage }
            throw UsageError("usage:\n\(usages.joined(separator: "\n"))")
        }
        let arguments = try Arguments(
            words.dropFirst(),
            options: command.options,
            texts: command.textOptions
        )
        try await command.init(arguments).run()
    }
}
