import ArgumentParser
import PortalService

/// Changes a store's `daybook.json`.
struct ConfigureCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "configure",
        abstract: "Say how mails leave the house.",
        subcommands: [Mail.self]
    )

    /// How mails leave the house.
    struct Mail: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Deliver mails by a mail server or a sendmail command, or leave them.",
            discussion: """
                The mail server is spoken to without encryption and without a password: it must be
                on this machine or in a network that you trust. For any other take a sendmail
                command that knows how to reach it, such as msmtp.

                Examples:
                  daybook configure mail --smtp localhost:25 --from portal@riverside.example
                  daybook configure mail --sendmail /usr/sbin/sendmail --from portal@riverside.example
                  daybook configure mail --outbox
                """
        )

        @OptionGroup var store: StoreOptions
        @Option(help: "A mail server, as host:port.") var smtp: String?
        @Option(help: "The path of a sendmail command.") var sendmail: String?
        @Flag(help: "Leave mails in the outbox, as .eml files.") var outbox = false
        @Option(help: "The address that mails come from.") var from = "portal@daybook.local"

        func validate() throws {
            let ways = [smtp != nil, sendmail != nil, outbox].count { $0 }
            guard ways == 1 else {
                throw ValidationError("give one of --smtp, --sendmail and --outbox")
            }
            if let smtp, !MailSettings.isRelay(smtp) {
                throw ValidationError("--smtp must be host:port, such as localhost:25")
            }
            guard MailSettings.isAddress(from) else {
                throw ValidationError("--from must be an email address")
            }
        }

        func run() async throws {
            var found = try StoreConfiguration.load(from: store.directory)
            found.mail = MailSettings(sender: from, relay: smtp, sendmail: sendmail)
            try found.save(to: store.directory)
            if outbox {
                print("Mails stay in \(store.directory.outboxPath).")
            } else {
                print("Mails go to \(smtp ?? sendmail ?? ""); run `daybook deliver` to send them.")
            }
        }
    }
}
