import ArgumentParser
import EventLine
import PortalService

/// Lets a projection pass over an event at which it stopped.
struct SkipCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "skip",
        abstract: "Let a projection pass over the event at which it stopped.",
        discussion: """
            The decision is an event in the log, honoured by every later rebuild. What the passed
            event did to this read model is lost to it, so correct the projection instead where
            you can. The reason stays in the log for ever: name no patient in it. Exit status 1 if
            the projection did not stop there.

            Example:
              daybook projections skip letters 812 --reason 'a template name that was too long'
            """
    )

    @OptionGroup var store: StoreOptions
    @Argument(help: "The projection.") var projection: String
    @Argument(help: "The sequence of the event.") var sequence: UInt64
    @Option(help: "Why.") var reason: String
    @Flag(help: "Print where the projection stands then as JSON.") var json = false

    func validate() throws {
        guard reason.contains(where: { !$0.isWhitespace }) else {
            throw ValidationError("--reason must say why: it is what an auditor will read")
        }
    }

    func run() async throws {
        let opened = try store.open()
        let outcome = try await CommandDesk(store: opened).skip(
            sequence,
            in: projection,
            reason: reason
        )
        try opened.finish()
        switch outcome {
        case .skipped(let entry):
            if json { return printJSON(entry.json) }
            print(
                "\(projection) passes over event \(sequence) from now on. It stands at "
                    + "\(entry.position), \(entry.lag) behind the log: \(entry.state)."
            )
        case .skippedBefore(let decision):
            print("\(projection) passes over event \(sequence) already, by event \(decision).")
        case .refused(let why):
            Terminal.complain(why)
            throw ExitCode.refused
        }
    }
}
