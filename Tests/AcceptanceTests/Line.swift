/// What a step asks for, as far as its own words say.
enum Line {
    /// `at 2026-03-03T10:00:00Z -> InvitationExpired`: the clock moves; then all events of it.
    case at(String, outcome: String?)
    /// `the store is reopened at …`
    case reopen(at: String?)
    /// `mail to ada@example.org about emailConfirmation: T = confirmationLink`
    case delivered(Delivered)
    /// `no new mail` or `no new mail to …`: since the last command or step of the clock.
    case noNewMail(to: String?)
    /// `the new mails go to …, …`
    case newMails(to: [String])
    /// `Ana: InviteClient {…} (I = invitationId) -> …` or `Ana asks ClientList -> …`
    case request(Request)
    /// `$Cara.code is called Cara.old`
    case called(String, name: String)
    /// `the code of $Cara.secret is called Cara.code`: as the application on a phone shows it now
    case code(of: String, name: String)
    /// Anything else is a phrase.
    case sentence(String)

    struct Delivered {
        let kind: String
        let recipient: String
        let purpose: String?
        let captures: [Capture]
    }

    struct Request {
        let who: String
        let organisation: String?
        let key: String?
        let name: String
        let isQuery: Bool
        let input: String
        let captures: [Capture]
        let outcome: String?
    }

    /// `I = invitationId`: something in the reply gets a name.
    struct Capture {
        let name: String
        let field: String
    }

    init(_ text: String) throws {
        let sides = Expectation.topLevel(text, separator: "->")
        let left = sides.first ?? ""
        let outcome = sides.count > 1 ? sides[1...].joined(separator: " -> ") : nil
        if let time = left.dropping("at ") {
            self = .at(time, outcome: outcome)
        } else if left == "the store is reopened" {
            self = .reopen(at: nil)
        } else if let time = left.dropping("the store is reopened at ") {
            self = .reopen(at: time)
        } else if left == "no new mail" {
            self = .noNewMail(to: nil)
        } else if let recipient = left.dropping("no new mail to ") {
            self = .noNewMail(to: recipient)
        } else if let recipients = left.dropping("the new mails go to ") {
            self = .newMails(to: Expectation.topLevel(recipients, separator: ","))
        } else if let match = left.wholeMatch(of: /the code of (\S+) is called (\S+)/) {
            self = .code(of: String(match.1), name: String(match.2))
        } else if let match = left.wholeMatch(of: /(\S+) is called (\S+)/) {
            self = .called(String(match.1), name: String(match.2))
        } else if let delivered = try Delivered(left) {
            self = .delivered(delivered)
        } else if let request = try Request(left, outcome) {
            self = .request(request)
        } else {
            self = .sentence(text)
        }
    }
}

extension Line.Capture {
    /// `A = x, B = y`
    static func all(in text: String) throws -> [Line.Capture] {
        try text.split(separator: ",").map { part in
            let sides = part.split(separator: "=").map { String($0).trimming }
            guard sides.count == 2 else { throw Unexpected("what is \(part)?") }
            return Line.Capture(name: sides[0], field: sides[1])
        }
    }
}

extension Line.Delivered {
    init?(_ text: String) throws {
        let form = /(mail|letter) to (\S+?)(?: about (\w+))?(?:: (.+))?/
        guard let match = text.wholeMatch(of: form) else { return nil }
        kind = String(match.1)
        recipient = String(match.2)
        purpose = match.3.map(String.init)
        captures = try Line.Capture.all(in: match.4.map(String.init) ?? "")
    }
}

extension Line.Request {
    init?(_ text: String, _ outcome: String?) throws {
        let command = /(\S+)(?: in (\S+))?(?: key (\S+))?: ([A-Z]\w+)\s*(\{.*\})?\s*(\(.*\))?/
        let query = /(\S+)(?: in (\S+))? asks ([A-Z]\w+)\s*(\{.*\})?/
        self.outcome = outcome
        if let match = text.wholeMatch(of: command) {
            who = String(match.1)
            organisation = match.2.map(String.init)
            key = match.3.map(String.init)
            name = String(match.4)
            isQuery = false
            input = match.5.map(String.init) ?? "{}"
            let names = match.6.map { String($0.dropFirst().dropLast()) } ?? ""
            captures = try Line.Capture.all(in: names)
        } else if let match = text.wholeMatch(of: query) {
            who = String(match.1)
            organisation = match.2.map(String.init)
            key = nil
            name = String(match.3)
            isQuery = true
            input = match.4.map(String.init) ?? "{}"
            captures = []
        } else {
            return nil
        }
    }
}
