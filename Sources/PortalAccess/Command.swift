package import EventLine
package import PortalEvents

/// A command: what somebody wants done, with the rule that decides it.
///
/// `decide` is pure: no clock, no randomness, no I/O. It answers with the events to append, or
/// throws the refusal.
package protocol Command: Sendable {
    /// The name by which other programs call it.
    static var name: String { get }
    /// The ids that a reply carries, by the names of the event fields that hold them.
    static var replyIDs: [String] { get }
    /// Whether whoever asks is told nothing but that it was heard.
    static var isAnsweredAlike: Bool { get }
    /// Fields that may be left out as far as the input goes, but that its rule asks for.
    static var neededLater: Set<String> { get }
    /// Fields of the events that a reply shows beside the ids.
    static var replyFields: [String] { get }
    /// Who may ask for it.
    var audience: Audience { get }
    /// Whom it is about.
    var target: Target { get }
    /// Other clients whom the decision touches.
    func otherClients(given client: ClientState) -> Set<UniqueID>
    /// People whose sign-in accounts the decision touches, wherever those were opened.
    func people(given client: ClientState) -> Set<UniqueID>
    /// Streams whose clients the decision touches, such as those of somebody it names by an id
    /// that is no client's.
    var otherStreams: [StreamName] { get }
    /// The login address that it would claim.
    func loginAddress(given client: ClientState) -> String?
    /// The digest of the login address that it tries to get in by.
    var triedLogin: String? { get }
    /// What it does with a password.
    var password: PasswordUse { get }
    /// Streams that it must be the first to write to, by category and digest.
    var claims: [Claim] { get }
    /// How many links it may hand out; for commands that hand out nothing, 0, and no activation
    /// code either.
    var linkCountMax: Int { get }
    /// The code of a second factor that it gives.
    func checkedCode(in client: ClientState, by actor: Actor) -> CheckedCode?
    /// Whether it is decided even where its target does not exist, so that outsiders cannot tell.
    var isDecidedWithoutTarget: Bool { get }
    /// Whether people may ask for it who have yet to set a password of their own.
    var isAllowedBeforePassword: Bool { get }
    /// Whether people may ask for it whose session has ended.
    var isAllowedWithoutSession: Bool { get }
    /// The rule.
    func decide(in situation: Situation) throws(Refusal) -> [PortalEvent]
}

/// A command that other programs can call by its name.
package protocol CallableCommand: Command {
    /// Reads the input fields.
    init(_ input: inout CommandInput) throws(Refusal)
}

extension Command {
    package static var name: String { "\(Self.self)" }
    package static var replyIDs: [String] { [] }
    package static var isAnsweredAlike: Bool { false }
    package static var neededLater: Set<String> { [] }
    package static var replyFields: [String] { [] }
    package func otherClients(given client: ClientState) -> Set<UniqueID> { [] }
    package func people(given client: ClientState) -> Set<UniqueID> { [] }
    package var otherStreams: [StreamName] { [] }
    package func loginAddress(given client: ClientState) -> String? { nil }
    package var password: PasswordUse { .none }
    package var triedLogin: String? { nil }
    package var claims: [Claim] { [] }
    package func checkedCode(in client: ClientState, by actor: Actor) -> CheckedCode? { nil }
    package var linkCountMax: Int { 1 }
    package var isDecidedWithoutTarget: Bool { false }
    package var isAllowedBeforePassword: Bool { false }
    /// Where what somebody knows is their right, who they are does not matter.
    package var isAllowedWithoutSession: Bool { audience == .anybody }
}

/// How a command finds the client whom it is about.
package enum Target: Hashable, Sendable {
    /// It is about the organisation.
    case organisation
    /// By the client's id.
    case client(UniqueID)
    /// The client of the account that acts.
    case actor
    /// By a stream, every event of which concerns the client.
    case stream(StreamName)
    /// By a stream of the organisation that is named by a keyed digest.
    case digest(Claim)
}

/// A stream of one organisation that is named by a keyed digest, such as a login address.
package struct Claim: Hashable, Sendable {
    package let category: String
    package let digest: String

    package init(_ category: String, _ digest: String) {
        self.category = category
        self.digest = digest
    }

    /// The stream; nil if the digest cannot stand in a name.
    package func stream(of organisation: UniqueID) -> StreamName? {
        StreamName("\(category)/\(organisation)/\(digest)")
    }
}

/// What a command does with a password. Hashing is slow on purpose and done outside.
package enum PasswordUse: Hashable, Sendable {
    case none
    case set(String)
    case check(String)
    /// It is checked where an account in use is joined, and set where one is opened.
    case setOrCheck(String)
    /// A temporary password is drawn, which is mailed.
    case draw
}

/// Who may ask for a command.
package enum Audience: Hashable, Sendable {
    /// Members of the organisation's staff with this permission, and the operator.
    case staff(Permission)
    /// The same with one of several permissions; which one it takes, the rule itself checks.
    case anyStaff(Set<Permission>)
    /// The same, and people with a sign-in account, whose rights the rule itself checks.
    case staffOrOwner(Permission)
    /// The same, and a member of the staff whom it is about without the permission.
    case staffThemselfOrOwner(Permission, UniqueID)
    /// Somebody with a sign-in account, about that account.
    case portalUser
    /// Anybody: what they know, such as a token, is their right.
    case anybody
    /// The program itself: the scheduler, and the operator at the shell.
    case system
}

extension Command {
    /// Checks that whoever asks is signed in and may, and whether it is about somebody, then
    /// decides. A lack of permission is itself recorded.
    package func obey(in situation: Situation) throws(Refusal) -> [PortalEvent] {
        if situation.actingAccount?.mustSetPassword == true, !isAllowedBeforePassword {
            throw .passwordMustBeSet
        }
        let ended = sessionRefusal(in: situation)
        if let ended, ended.reason == .sessionEnded { throw ended }
        guard isPermitted(to: situation.actor, in: situation.organisation) else {
            throw situation.notPermitted(Self.name)
        }
        guard target == .organisation || isDecidedWithoutTarget || situation.client.id != nil else {
            throw Refusal(.notFound, detail: "the organisation has nothing of this id")
        }
        do throws(Refusal) {
            let events = try decide(in: situation)
            // Of people who are shut out the rule itself says best why, such as that messages are
            // read-only (T7); one that does not ask lets them through no more than the others.
            if let ended { throw ended }
            return events.map { $0.coming(from: situation.origin) }
        } catch {
            throw error.coming(from: situation.origin)
        }
    }

    private func sessionRefusal(in situation: Situation) -> Refusal? {
        guard !isAllowedWithoutSession else { return nil }
        return situation.actingAccount.flatMap(situation.sessionRefusal)
    }

    private func isPermitted(to actor: Actor, in organisation: OrganisationState) -> Bool {
        switch (audience, actor) {
        case (.anybody, _), (.system, .system): true
        case (.staff, .system), (.anyStaff, .system), (.staffOrOwner, .system),
            (.staffThemselfOrOwner, .system), (.portalUser, .portalUser):
            true
        case (.anyStaff(let permissions), .staff(let id)):
            permissions.contains { organisation.staff(id, has: $0) }
        case (.staff(let permission), .staff(let id)),
            (.staffOrOwner(let permission), .staff(let id)):
            organisation.staff(id, has: permission)
        case (.staffThemselfOrOwner(let permission, let own), .staff(let id)):
            organisation.staff[id] != nil
                && (own == id || organisation.staff(id, has: permission))
        case (.staffOrOwner, .portalUser), (.staffThemselfOrOwner, .portalUser): true
        case (.staff, .portalUser), (.staff, .anonymous), (.anyStaff, .portalUser),
            (.anyStaff, .anonymous), (.staffOrOwner, .anonymous),
            (.staffThemselfOrOwner, .anonymous), (.portalUser, _), (.system, _):
            false
        }
    }
}

extension Situation {
    /// The refusal for lack of a permission, which is recorded.
    package func notPermitted(_ command: String) -> Refusal {
        let record = CommandRefused(command: command, reason: .notPermitted)
        return .notPermitted(
            actor,
            command,
            recording: organisation.isRegistered ? [.commandRefused(record)] : []
        )
    }

    /// Checks a permission that depends on what the command is about.
    package func require(_ permission: Permission, for command: String) throws(Refusal) {
        guard case .staff(let id) = actor else { return }
        guard organisation.staff(id, has: permission) else { throw notPermitted(command) }
    }
}
