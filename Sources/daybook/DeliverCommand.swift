import ArgumentParser
import EventLine
import Foundation
import PortalService

/// Hands over the mails that wait in the outbox.
struct DeliverCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "deliver",
        abstract: "Hand over the mails that wait in the outbox.",
        discussion: """
            Mails that cannot be handed over are tried again later, each time after twice as long.
            Between rounds the store is closed, so that other commands can use it.

            Examples:
              daybook deliver --once
              daybook deliver --every 30
            """
    )

    @OptionGroup var store: StoreOptions
    @Flag(help: "Hand over what is due now and end.") var once = false
    @Option(help: "How many seconds pass between two rounds.") var every = 30
    @Flag(help: "Print each round as JSON.") var json = false

    func validate() throws {
        guard every > 0 else { throw ValidationError("--every must be at least 1") }
    }

    func run() async throws {
        if once { return show(try await round()) }
        while true {
            do {
                show(try await round())
            } catch let error as ServiceError {
                // Another process may write the store just now; the mails can wait.
                Terminal.complain(error.description)
            }
            try await Task.sleep(for: .seconds(every))
        }
    }

    private func round() async throws -> DeliveryWorker.Report {
        let opened = try store.open()
        let desk = try CommandDesk(store: opened)
        do {
            try await desk.start()
            guard var worker = try DeliveryWorker(desk: desk) else {
                throw ServiceError(
                    "mails stay in the outbox; say where they go with `daybook configure mail`"
                )
            }
            let report = try await worker.runDue()
            for complaint in worker.complaints { Terminal.complain(complaint) }
            try opened.catchUpProjections()
            try opened.finish()
            return report
        } catch {
            try? opened.finish()
            throw error
        }
    }

    private func show(_ report: DeliveryWorker.Report) {
        if json {
            printJSON([
                "sent": .integer(Int64(report.sent)), "waiting": .integer(Int64(report.waiting)),
                "failed": .integer(Int64(report.failed)),
                "dropped": .integer(Int64(report.dropped)),
            ])
        } else if report != DeliveryWorker.Report() || once {
            print(
                "\(report.sent) sent, \(report.waiting) waiting, \(report.failed) failed, "
                    + "\(report.dropped) dropped"
            )
        }
    }
}
