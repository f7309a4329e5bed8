import EventLine
import Foundation
import PersonalData
import PortalAccess
import PortalEvents

@testable import PortalService

/// Random commands of a small house: a few clients, staff with and without permissions, links
/// and codes out of the outbox, used rightly and wrongly.
final class RandomLife {
    var random: SplitMix
    let ana: Actor
    let organisation: UniqueID
    var now: Instant
    /// Every id that a reply has named, by its name there.
    var known: [String: [UniqueID]] = [:]
    var people: [UniqueID: Person] = [:]
    /// The tokens of links, by the name of the field that held the link.
    private(set) var tokens: [String: [String]] = [:]
    /// Profiles with the account of their owner.
    private(set) var owned: [(profile: UniqueID, owner: UniqueID)] = []
    /// What somebody has registered with.
    private(set) var logins: [(email: String, password: String)] = []
    private(set) var codes: [(client: UniqueID, code: String)] = []
    private(set) var contacts: [(id: UniqueID, client: UniqueID)] = []
    /// The newest profile of each client.
    private(set) var profiles: [UniqueID: UniqueID] = [:]
    /// The secrets of second factors, by account.
    private(set) var factors: [UniqueID: [UInt8]] = [:]
    /// Who signed in last.
    private(set) var signedIn: (account: UniqueID, email: String)?
    /// The account that an address belonged to last, and the address that a link went to.
    private var accounts: [String: UniqueID] = [:]
    private var recipients: [String: String] = [:]
    /// What nobody may find in clear outside the outbox.
    private(set) var secrets: Set<String> = []
    /// What nobody may find in clear outside the outbox and the projections.
    private(set) var personal: Set<String> = []
    private var readNames: Set<String> = []
    private var counter = 0

    /// What a client knows of themself.
    struct Person {
        let number: String
        let dateOfBirth: String
        let email: String
    }

    init(seed: UInt64, ana: Actor, organisation: UniqueID, now: Instant) {
        random = SplitMix(seed)
        self.ana = ana
        self.organisation = organisation
        self.now = now
        known["organisationId"] = [organisation]
    }

    /// An id that a reply has named, more often a late one; now and then one of nothing at all.
    func id(_ name: String) -> UniqueID {
        let all = known[name] ?? []
        let recent = Array(all.suffix(8))
        guard !random.oneIn(60), let id = random.pick(random.oneIn(2) ? all : recent) else {
            return UniqueID(at: now, random: (random.next(), random.next()))
        }
        return id
    }

    func json(_ name: String) -> JSONValue { .uuid(id(name)) }

    /// A new word, which occurs nowhere else.
    func word(_ kind: String) -> String {
        counter += 1
        return "\(kind)-\(counter)-\(String(random.next(), radix: 36))"
    }

    func secret(_ kind: String) -> String {
        let word = word(kind)
        secrets.insert(word)
        return word
    }

    func personalWord(_ kind: String) -> String {
        let word = word(kind)
        personal.insert(word)
        return word
    }

    /// A token out of a link, seldom one out of a link of another kind.
    func token(_ field: String) -> JSONValue {
        let field = random.oneIn(12) ? random.pick(tokens.keys.sorted()) ?? field : field
        let all = tokens[field] ?? []
        let token = random.oneIn(3) ? random.pick(all) : random.pick(all.suffix(3))
        return .string(token ?? "none")
    }

    /// The account whose address somebody signs in with.
    func account(of email: String) -> UniqueID? { accounts[email] }

    func activationCode(of client: UniqueID) -> String {
        let own = codes.filter { $0.client == client }.map(\.code)
        return (random.oneIn(4) ? random.pick(own) : own.last) ?? "ABCD-EFGH-JKLM"
    }

    func staff() -> Actor {
        switch Int.random(in: 0..<8, using: &random) {
        case 0: .systemOperator
        case 1, 2: .staff(id("staffId"))
        default: ana
        }
    }

    func portalUser() -> Actor { .portalUser(id("accountId")) }

    func staffOrOwner() -> Actor { random.oneIn(3) ? portalUser() : staff() }

    /// A profile and somebody who acts on it, often its owner.
    func profileAndActor() -> (profile: JSONValue, actor: Actor) {
        guard !random.oneIn(3), let pair = random.pick(owned.suffix(6)) else {
            return (json("profileId"), staffOrOwner())
        }
        return (.uuid(pair.profile), random.oneIn(3) ? staff() : .portalUser(pair.owner))
    }

    func date(from first: Int, to last: Int) -> String {
        "\(calendarDay.adding(days: Int.random(in: first...last, using: &random)))"
    }

    private var calendarDay: LocalDate { LocalCalendar.universal.date(of: now) }

    /// The time to which the clock moves next: minutes, hours, or over some nights.
    func laterTime() -> Instant {
        let hour: Int64 = 3_600_000_000
        let steps = [
            hour / 60, hour / 60, hour, hour, 5 * hour, 11 * hour, 25 * hour, 24 * 6 * hour,
        ]
        now = now.adding(microseconds: random.pick(steps) ?? hour)
        return now
    }

    /// Takes in what a reply says, and what was mailed or printed because of it.
    func learn(_ request: CommandRequest, _ reply: CommandReply, in house: House) throws {
        guard case .accepted(let accepted) = reply else { return }
        for id in accepted.ids {
            let texts = id.value.array?.compactMap(\.string) ?? [id.value.string].compactMap { $0 }
            let name = id.name.hasSuffix("Ids") ? String(id.name.dropLast()) : id.name
            for new in texts.compactMap({ UniqueID($0) }) where !(known[name] ?? []).contains(new) {
                known[name, default: []].append(new)
            }
        }
        try learn(request, accepted)
        let sends: Set<String> = [
            ClientInvited.type, ClientReInvited.type, PortalInvitationResent.type,
            ConfirmationEmailSent.type, PatientAccessLetterGenerated.type,
            PortalInvitationSent.type, TemporaryPasswordIssued.type,
        ]
        if accepted.events.contains(where: { sends.contains($0.type) }) { try readOutbox(house) }
    }

    private func learn(_ request: CommandRequest, _ accepted: CommandReply.Accepted) throws {
        let (input, ids) = (request.input, JSONValue.object(accepted.ids))
        let password = input["password"]?.string ?? ""
        switch request.command {
        case "RegisterClient": try meet(input, accepted)
        case "AcceptInvitation":
            owned.append((try ids.requiredID("profileId"), try ids.requiredID("accountId")))
        case "CreateMedicalProfile", "InviteClient":
            if let client = input["clientId"]?.string.flatMap({ UniqueID($0) }) {
                profiles[client] = ids["profileId"]?.string.flatMap { UniqueID($0) }
            }
        case "AddContact":
            if let client = input["clientId"]?.string.flatMap({ UniqueID($0) }) {
                contacts.append((try ids.requiredID("contactId"), client))
            }
        case "RegisterPatientUser": logins.append((input["email"]?.string ?? "", password))
        case "RegisterByLink":
            if let email = recipients[input["token"]?.string ?? ""] {
                logins.append((email, password))
            }
        case "SignIn":
            let email = input["email"]?.string ?? ""
            signedIn = (try ids.requiredID("accountId"), email)
            accounts[email] = signedIn?.account
        case "SetPassword":
            if let signedIn, request.actor == .portalUser(signedIn.account) {
                logins.append((signedIn.email, password))
            }
        case "SetUpSecondFactor":
            guard case .portalUser(let account) = request.actor else { return }
            let text = JSONValue.object(accepted.remarks)["secret"]?.string ?? ""
            factors[account] = Base32.bytes(text)
            secrets.insert(text)
        default: break
        }
    }

    private func meet(_ input: JSONValue, _ accepted: CommandReply.Accepted) throws {
        let client = try JSONValue.object(accepted.ids).requiredID("clientId")
        people[client] = Person(
            number: input["patientIdNumber"]?.string ?? "",
            dateOfBirth: input["dateOfBirth"]?.string ?? "",
            email: input["email"]?.string ?? ""
        )
    }

    private func readOutbox(_ house: House) throws {
        let path = house.directory.outboxPath
        let names = try FileManager.default.contentsOfDirectory(atPath: path)
            .filter { $0.hasSuffix(".json") && !readNames.contains($0) }
        for name in names.sorted() {
            readNames.insert(name)
            let bytes = FileManager.default.contents(atPath: "\(path)/\(name)") ?? Data()
            let manifest = try JSONValue(parsing: Array(bytes.dropLast()))
            let client = try manifest.requiredID("clientId")
            guard known["clientId"]?.contains(client) == true else { continue }
            for field in manifest["fields"]?.members ?? [] { try learn(field, manifest) }
        }
    }

    private func learn(_ field: JSONMember, _ manifest: JSONValue) throws {
        guard let text = field.value.string else { return }
        switch field.name {
        case "activationCode":
            codes.append((try manifest.requiredID("clientId"), text))
            secrets.insert(text)
            secrets.insert(text.asActivationCode)
        case "temporaryPassword":
            logins.append((manifest["recipient"]?.string ?? "", text))
            secrets.insert(text)
        case "invitationLink", "confirmationLink":
            let token = text.split(separator: "=").last.map(String.init) ?? text
            recipients[token] = manifest["recipient"]?.string
            let isPortal = manifest["purpose"] == "portalInvitation"
            tokens[isPortal ? "portalLink" : field.name, default: []].append(token)
            secrets.insert(token)
        default: break
        }
    }
}
