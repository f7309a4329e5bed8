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
                A mail server at port 465 is spoken to by TLS and one at port 587 by STARTTLS, any
                other without encryption, unless --security says otherwise: without it, the server
                must be on this machine or in a network that you trust. Its certificate is checked.

                The password stands in a file that nobody else may read, or in the environment
                variable \(MailSettings.passwordVariable) of whoever runs `daybook deliver`.

                Examples:
                  daybook configure mail --smtp localhost:25 --from portal@riverside.example
                  daybook configure mail --smtp mail.example:587 --user portal \\
                    --password-file /etc/daybook/smtp --from portal@riverside.example
                  daybook configure mail --sendmail /usr/sbin/sendmail --from portal@riverside.example
                  daybook configure mail --outbox
                """
        )

        @OptionGroup var store: StoreOptions
        @Option(help: "A mail server, as host:port.") var smtp: String?
        @Option(help: "plain, starttls or tls.") var security: MailSecurity?
        @Option(help: "Whom the mail server knows this program as.") var user: String?
        @Option(help: "The file that holds the password.") var passwordFile: String?
        @Option(help: "The file of the certificates to trust, in place of the machine's own.")
        var caFile: String?
        @Option(help: "The path of a sendmail command.") var sendmail: String?
        @Flag(help: "Leave mails in the outbox, as .eml files.") var outbox = false
        @Option(help: "The address that mails come from.") var from = "portal@daybook.local"

        func validate() throws {
            let ways = [smtp != nil, sendmail != nil, outbox].count { $0 }
            guard ways == 1 else {
                throw ValidationError("give one of --smtp, --sendmail and --outbox")
            }
            guard smtp != nil || (security, user, passwordFile, caFile) == (nil, nil, nil, nil)
            else {
                throw ValidationError(
                    "--security, --user, --password-file and --ca-file go with --smtp"
                )
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
            let settings = settings
            let isEnvironment = user != nil && passwordFile == nil
            // The environment is that of whoever delivers, which need not be this one.
            if !isEnvironment { _ = try settings.checkedRelay() }
            found.mail = settings
            try found.save(to: store.directory)
            if outbox {
                print("Mails stay in \(store.directory.outboxPath).")
            } else {
                print("Mails go to \(way); run `daybook deliver` to send them.")
            }
        }

        private var settings: MailSettings {
            var settings = MailSettings(sender: from, relay: smtp, sendmail: sendmail)
            settings.security = smtp.map { security ?? .usual(at: $0) }
            settings.user = user
            settings.passwordFile = passwordFile
            settings.caFile = caFile
            return settings
        }

        private var way: String {
            switch settings.security {
            case .starttls: "\(smtp ?? ""), by STARTTLS"
            case .tls: "\(smtp ?? ""), by TLS"
            case .plain, nil: smtp ?? sendmail ?? ""
            }
        }
    }
}

extension MailSecurity: ExpressibleByArgument {}
