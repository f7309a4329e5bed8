import Foundation
import Glibc

/// Hands mails to a sendmail command, as postfix, exim and msmtp have it.
struct SendmailCommand: MailTransport {
    /// Where the command is.
    let path: String
    /// A directory that nobody else may read.
    let scratch: String

    func send(
        _ mail: OutgoingMail,
        handing: () throws(ServiceError) -> Void
    ) throws(ServiceError) -> MailOutcome {
        // From a file and not through a pipe: a command that ends early must not end this program.
        let file = "\(scratch)/.handing"
        try DurableFile.write(mail.message.filter { $0 != 0x0d }, to: file)
        defer { try? FileManager.default.removeItem(atPath: file) }
        // -i: a line of one dot does not end the message. Behind -- nothing is an option.
        let arguments = [path, "-i", "-f", mail.sender, "--", mail.recipient]
        try handing()
        guard let process = spawn(arguments, reading: file) else {
            return .notNow(MailFailure(kind: .unreachable, detail: "\(path) cannot be run"))
        }
        var status: Int32 = 0
        while waitpid(process, &status, 0) < 0 {
            guard errno == EINTR else { return .unknown }
        }
        // The lower seven bits name the signal that ended it, if one did.
        return status & 0x7f == 0 ? outcome(of: status >> 8 & 0xff) : .unknown
    }

    /// Starts the command with a file as its input; nil if it cannot be run.
    private func spawn(_ arguments: [String], reading file: String) -> pid_t? {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, file, O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, 1, 2)
        let environment = ProcessInfo.processInfo.environment.map { "\($0)=\($1)" }
        let texts = [arguments, environment].map { $0.map { strdup($0) } + [nil] }
        defer { for text in texts.joined() { free(text) } }
        var process: pid_t = 0
        let failure = posix_spawn(&process, path, &actions, nil, texts[0], texts[1])
        return failure == 0 ? process : nil
    }

    /// What the exit status says, by the names of sysexits.h.
    private func outcome(of status: Int32) -> MailOutcome {
        let detail = "\(path) ended with \(status)"
        switch status {
        case 0: return .accepted
        // EX_UNAVAILABLE, EX_OSERR, EX_OSFILE, EX_CANTCREAT, EX_IOERR, EX_TEMPFAIL; and what a
        // shell says of a command that it does not find.
        case 69, 71...75, 126, 127:
            return .notNow(MailFailure(kind: .refused, detail: detail))
        // EX_NOUSER, EX_NOHOST.
        case 67, 68: return .never(MailFailure(kind: .addressRejected, detail: detail))
        default: return .never(MailFailure(kind: .refused, detail: detail))
        }
    }
}
