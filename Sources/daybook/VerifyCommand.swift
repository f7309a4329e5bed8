import ArgumentParser
import EventLine
import EventLog
import PortalService

/// Checks every byte of the log.
struct VerifyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Check every byte of the log, and say what is wrong and where.",
        discussion: """
            Reads all segments: checksums of lines and of sealed files, sequences, the versions of
            every stream, commits. Changes nothing, needs no lock and no key, and can run while the
            log is written. Exit status: 0 sound, 1 something is wrong, 2 could not run.

            With --replay the projections are compared with a replay of the log, too, as
            `daybook projections verify` does: that needs the key and the time of a rebuild.

            Examples:
              daybook verify --json | jq .findings
              daybook verify --replay
            """
    )

    @OptionGroup var store: StoreOptions
    @Flag(help: "Also compare the projections with a replay of the log.") var replay = false
    @Flag(help: "Print the outcome as JSON.") var json = false

    func run() async throws {
        let reader = try store.logReader()
        let bar = ProgressBar()
        let outcome = try LogPrinter.serviceError { () throws(LogError) in
            try reader.verify {
                bar.show($0.lineCount, of: max($0.lineCount, $0.lineCountExpected))
            }
        }
        bar.end()
        let verdicts = outcome.isSound && replay ? try replayed() : []
        if json {
            let compared = JSONMember("projections", .array(verdicts.map(\.json)))
            printJSON(.object((outcome.json.members ?? []) + (replay ? [compared] : [])))
        } else {
            describe(outcome)
            for verdict in verdicts { print(verdict.text) }
        }
        if replay, !outcome.isSound {
            Terminal.note("The projections were not compared: the log itself is damaged.")
        }
        if !outcome.isSound || !verdicts.allSatisfy(\.isSound) { throw ExitCode.refused }
    }

    private func replayed() throws -> [ProjectionVerdict] {
        let progress = ProgressBar()
        defer { progress.end() }
        return try store.archive().verifyProjections(nil) { progress.show($0, of: $1) }
    }

    private func describe(_ outcome: LogVerification) {
        for finding in outcome.findings { print(finding) }
        if outcome.unfinishedByteCount > 0 {
            print("\(outcome.unfinishedByteCount) bytes at the end are no whole line (yet).")
        }
        let count = outcome.findings.count
        let verdict =
            switch count {
            case 0: "All is as it was written."
            case 1: "One thing is wrong."
            default: "\(count) things are wrong."
            }
        let plural = outcome.segmentCount == 1 ? "" : "s"
        print("\(outcome.lineCount) events in \(outcome.segmentCount) segment\(plural). \(verdict)")
    }
}

extension LogVerification {
    fileprivate var json: JSONValue {
        [
            "sound": .bool(isSound),
            "events": .integer(Int64(clamping: lineCount)),
            "segments": .integer(Int64(segmentCount)),
            "unfinishedBytes": .integer(Int64(unfinishedByteCount)),
            "findings": .array(findings.map(\.json)),
        ]
    }
}

extension LogFinding {
    fileprivate var json: JSONValue {
        [
            "segment": .string(segment),
            "offset": .integer(Int64(offset)),
            "sequence": .integer(Int64(clamping: sequence)),
            "problem": .string("\(problem)"),
        ]
    }
}
