import EventLine
import PortalAccess
import PortalEvents
import Testing

/// A random history of three organisations in as many time zones: several clients who share
/// addresses and care for one another, staff with some permissions, people with accounts, wrong
/// codes, dead links, what belongs to another organisation, and a clock that moves with its
/// timers. The same seed makes the same history.
struct RandomHistory {
    var stage = Stage()
    var generator: SeededGenerator
    private(set) var towns: [Town] = []
    private var here = 0
    private var step = 0

    /// An organisation, with its people.
    struct Town {
        var place: Stage.Place
        var clients: [UniqueID] = []
        var staff: [Actor] = []
        var templates: [UniqueID] = []
    }

    var clients: [UniqueID] { towns[here].clients }
    var staff: [Actor] { towns[here].staff }
    var templates: [UniqueID] { towns[here].templates }

    /// A command with who asks, for the message when something is wrong.
    struct Step {
        let number: Int
        let name: String
        let actor: Actor
        let outcome: Outcome
        /// Whether nothing that it names is of the organisation that is asked.
        var isForeign = false
    }

    static let passwords = ["correct horse battery", "letmein99", "Tr0ub4dor&3"]
    static let emails = [
        "carla@example.org", "Dan@example.org", "dan@example.org", "e@x.org",
    ]

    static let zones: [JSONValue] = [
        "America/New_York", "Pacific/Auckland", "Europe/London", "Asia/Kolkata",
    ]

    init(seed: UInt64) {
        generator = SeededGenerator(seed: seed)
        towns = [settled()]
        for (name, zone) in [("Hilltop", "Pacific/Auckland"), ("Lowland", "Europe/London")] {
            stage.found(name, in: zone)
            towns.append(settled())
        }
        for place in towns.indices where chance(50) {
            visit(place)
            inviteAutomatically()
        }
    }

    /// The people and the settings of the organisation where the stage is.
    private mutating func settled() -> Town {
        var town = Town(place: stage.place, clients: [stage.client])
        for number in 2...4 {
            town.clients.append(stage.addClient("P-\(number)", email: Self.emails[number - 1]))
        }
        town.templates = [
            stage.template, stage.addTemplate(showing: ["activationCode"]),
            stage.addTemplate(showing: ["patientIdNumber", "registrationLink"]),
        ]
        let clerk = stage.addStaff(["name": "Clerk"])
        stage.grant(.managePatientCredentials, to: clerk)
        stage.saveEmailTemplate()
        stage.defineRole("family", ["visits"])
        let coordinator = stage.addStaff(["name": "Coordinator"])
        stage.grant(.inviteClient, to: coordinator)
        stage.grant(.workOnProfile, to: coordinator)
        town.staff = [
            stage.ana, stage.ana, stage.ana, stage.ben, clerk, coordinator, .systemOperator,
        ]
        return town
    }

    private mutating func visit(_ place: Int) {
        here = place
        stage.go(to: towns[place].place)
    }

    /// Whom other ways reach first is not invited automatically; so one client is, at the start.
    private mutating func inviteAutomatically() {
        stage.done("EnableAutoInvite")
        stage.choose(one(of: clients))
        stage.signedVisit()
    }

    /// Does something at random.
    mutating func advance() -> Step {
        step += 1
        // More happens in one place than in all together.
        visit(chance(50) ? 0 : one(of: Array(towns.indices)))
        stage.choose(one(of: clients))
        let (name, input, actor) = chance(30) ? outsiders() : chance(70) ? byStaff() : byOwner()
        if chance(12) { moveClock() }
        if chance(10) { return timer() }
        guard !chance(5) else { return elsewhere(name, input, actor) }
        let outcome = stage.world.run(name, input, as: actor)
        return Step(number: step, name: name, actor: actor, outcome: outcome)
    }

    /// Asks another organisation for what is this one's, as somebody of either.
    private mutating func elsewhere(_ name: String, _ input: JSONValue, _ actor: Actor) -> Step {
        visit(one(of: towns.indices.filter { $0 != here }))
        let isOutsider = actor == .anonymous || chance(30)
        let actor = isOutsider ? actor : one(of: staff)
        let outcome = stage.world.run(name, input, as: actor)
        return Step(number: step, name: name, actor: actor, outcome: outcome, isForeign: true)
    }

    /// A client of the organisation, seldom one of another.
    mutating func anybody() -> UniqueID {
        one(of: chance(25) ? one(of: towns).clients : clients)
    }

    mutating func chance(_ percent: Int) -> Bool {
        Int.random(in: 0..<100, using: &generator) < percent
    }

    mutating func one<Element>(of elements: [Element]) -> Element {
        elements[Int.random(in: 0..<elements.count, using: &generator)]
    }

    private mutating func moveClock() {
        let hours: Int64 = one(of: [1, 5, 25, 26, 24 * 6, 24 * 15])
        stage.world.now = stage.world.now.adding(microseconds: hours * Int64.hour)
    }

    private mutating func timer() -> Step {
        let account = stage.account?.id ?? Stage.nobody
        let invitation = stage.invitation?.id ?? Stage.nobody
        let (name, outcome): (String, Outcome) =
            switch Int.random(in: 0..<6, using: &generator) {
            case 3:
                (
                    "ApplyComingOfAge",
                    stage.world.obey(ApplyComingOfAge(clientID: stage.client), as: .scheduler)
                )
            case 4:
                (
                    "ApplyEndDate",
                    stage.world.obey(ApplyEndDate(clientID: stage.client), as: .scheduler)
                )
            case 5:
                (
                    "SendAutoInvitation",
                    stage.world.obey(SendAutoInvitation(clientID: stage.client), as: .scheduler)
                )
            case 0:
                (
                    "ExpireCredentials",
                    stage.world.obey(ExpireCredentials(accountID: account), as: .scheduler)
                )
            case 1:
                (
                    "ExpireInvitation",
                    stage.world.obey(ExpireInvitation(invitationID: invitation), as: .scheduler)
                )
            default:
                (
                    "ExpireConfirmation",
                    stage.world.obey(ExpireConfirmation(accountID: account), as: .scheduler)
                )
            }
        return Step(number: step, name: name, actor: .scheduler, outcome: outcome)
    }
}

extension RandomHistory {
    private typealias Call = (name: String, input: JSONValue, actor: Actor)

    /// What people do who only hold a letter or a link.
    private mutating func outsiders() -> Call {
        let password = JSONValue.string(one(of: Self.passwords))
        let email = JSONValue.string(one(of: Self.emails))
        if chance(6) { return forgetful(email, password) }
        switch Int.random(in: 0..<15, using: &generator) {
        case 0...4: return ("RegisterPatientUser", registration(email, password), .anonymous)
        case 5, 6: return ("ConfirmEmail", stage.confirmationLink, .anonymous)
        case 7...9:
            let known = chance(50) ? password : .string(stage.mailedPassword)
            return ("SignIn", ["email": email, "password": known], .anonymous)
        case 10:
            let capacity: JSONValue = chance(80) ? "self" : "legalRepresentative"
            let input = invitationLink().with("capacity", capacity)
            return ("AcceptInvitation", input.with("password", password), .anonymous)
        case 11: return ("RejectInvitation", invitationLink(), .anonymous)
        default:
            let (name, input) = byLink(password)
            return (name, input, .anonymous)
        }
    }

    private mutating func forgetful(_ email: JSONValue, _ password: JSONValue) -> Call {
        let asked = stage.world.events.compactMap { event -> String? in
            guard case .passwordResetRequested(let requested) = event else { return nil }
            return stage.world.handedOut[requested.tokenHash]
        }
        guard chance(50), let last = asked.last else {
            return ("RequestPasswordReset", ["email": email], .anonymous)
        }
        let token = JSONValue.string(chance(70) ? last : one(of: asked))
        return ("SetPassword", ["token": token, "password": password], .anonymous)
    }

    private mutating func registration(_ email: JSONValue, _ password: JSONValue) -> JSONValue {
        let credentials = stage.account?.credentials ?? []
        let issues: [Credential?] = credentials.isEmpty ? [nil] : credentials
        let issue = chance(70) ? issues[issues.count - 1] : one(of: issues)
        var input = stage.registering(code: chance(45) ? "wrong" : stage.code(of: issue))
            .with("email", email).with("password", chance(95) ? password : "short")
        if chance(15) { input = input.with("dateOfBirth", "1980-06-05") }
        if chance(5) { input = input.with("patientIdNumber", "P-99") }
        return input
    }

    /// The latest invitation's link, or sometimes that of any earlier one.
    private mutating func invitationLink() -> JSONValue {
        guard chance(20), !stage.state.invitations.isEmpty else { return stage.invitationLink }
        let hash = one(of: stage.state.invitations).tokenHash
        return ["token": .string(stage.world.handedOut[hash] ?? "no such link")]
    }

    private mutating func byStaff() -> Call {
        if chance(25) {
            let (name, input) = aboutFamilyPortal()
            return (name, input, one(of: staff))
        }
        let (name, input) =
            chance(6)
            ? aboutRecords()
            : chance(12)
                ? aboutChart()
                : chance(25)
                    ? aboutVisits() : chance(60) ? aboutAccounts() : aboutInvitations()
        return (name, input, one(of: staff))
    }

    private mutating func aboutAccounts() -> (String, JSONValue) {
        let account = stage.accountInput
        switch Int.random(in: 0..<10, using: &generator) {
        case 0, 1:
            return ("CreatePatientPortalCredentials", stage.creating(chance(60) ? "now" : "later"))
        case 2, 3: return ("DistributePatientProfileCredentials", stage.distributing)
        case 4: return ("DisablePatientProfileAccount", account)
        case 5: return ("EnablePatientProfileAccount", account)
        case 6: return ("ResendConfirmation", account)
        case 7:
            let status: JSONValue = chance(70) ? "active" : one(of: ["inactive", "deceased"])
            return ("ChangeRecordStatus", stage.clientInput.with("status", status))
        case 8:
            let template = JSONValue.id(one(of: templates))
            return ("GenerateAccessLetter", stage.clientInput.with("templateId", template))
        default:
            let letters = stage.state.letters.map(\.id) + [Stage.nobody]
            let letter = JSONValue.id(one(of: letters))
            return ("MarkAccessLetterSent", ["letterId": letter, "channel": "post"])
        }
    }

    private mutating func aboutRecords() -> (String, JSONValue) {
        switch Int.random(in: 0..<14, using: &generator) {
        case 13: return ("ChangeOrganisationTimeZone", ["timeZone": one(of: Self.zones)])
        case 0...2: return ("RemoveSecondFactor", stage.accountInput)
        case 3...5: return ("OpenRecord", ["profileId": .id(stage.profile?.id ?? Stage.nobody)])
        case 6...8:
            let age: JSONValue = one(of: [.null, 18, 46])
            return ("ChangeComingOfAge", ["ageYears": age])
        default:
            let merged = anybody()
            let input: JSONValue = ["survivor": .id(stage.client), "merged": .id(merged)]
            let record = stage.world.clients[chance(50) ? merged : stage.client]
            guard let kept = record?.ownAccount, chance(90) else {
                return ("MergeClientRecords", input)
            }
            return ("MergeClientRecords", input.with("keepAccountId", .id(kept.id)))
        }
    }

    private mutating func aboutInvitations() -> (String, JSONValue) {
        switch Int.random(in: 0..<9, using: &generator) {
        case 0, 1: return ("InviteClient", inviting())
        case 2: return ("ReInviteClient", inviting())
        case 3: return ("ResendInvitation", stage.invitationInput)
        case 4: return ("RevokeInvitation", stage.invitationInput)
        case 5: return ("AddRecordResource", stage.adding("visit"))
        case 6: return ("ConnectPatientPortal", stage.connecting)
        case 7:
            let email = JSONValue.string(one(of: Self.emails))
            return ("ChangeClientEmail", stage.clientInput.with("new", email))
        default: return chance(50) ? ("CreateMedicalProfile", stage.clientInput) : access()
        }
    }

    private mutating func inviting() -> JSONValue {
        let input = stage.inviting(ticked: chance(60))
        return chance(70) ? input : input.with("recipientEmail", .string(one(of: Self.emails)))
    }

    /// What the owners do, of this client's profile or of any.
    private mutating func byOwner() -> Call {
        let accounts = clients.flatMap { stage.world.clients[$0]?.accounts ?? [] }.map(\.id)
        let actor = Actor.portalUser(one(of: accounts + [Stage.nobody]))
        switch Int.random(in: 0..<9, using: &generator) {
        case 6: return ("SetUpSecondFactor", [:], actor)
        case 7: return ("ConfirmSecondFactor", ["code": one(of: ["1", "5", "x"])], actor)
        case 8: return ("SendPatientMessage", stage.writing, actor)
        case 0: return ("AddRecordResource", stage.adding("condition"), actor)
        case 3, 4: return ("SetPassword", ["password": .string(one(of: Self.passwords))], actor)
        case 1: return ("SignOut", [:], actor)
        case 2: return ("ConnectPatientPortal", stage.connecting, actor)
        default:
            let (name, input) = access()
            return (name, input, chance(50) ? actor : one(of: staff))
        }
    }

    private mutating func access() -> (String, JSONValue) {
        let profile: JSONValue = ["profileId": .id(stage.profile?.id ?? Stage.nobody)]
        let colleague = JSONValue.string("\(one(of: staff))")
        switch Int.random(in: 0..<3, using: &generator) {
        case 0: return ("GrantProfessionalAccess", profile.with("subject", colleague))
        case 1:
            let role = JSONValue.id(
                chance(80) ? stage.world.organisation.patientRole ?? Stage.nobody : Stage.nobody
            )
            let subject = JSONValue.string("person/\(anybody())")
            return (
                "GrantCollaboratorAccess",
                profile.with("subject", subject).with("roleId", role)
            )
        default: return ("RevokeAccess", profile.with("subject", colleague))
        }
    }
}
