package import EventLine
import PortalEvents

/// Everything a decision rests on: the folded streams, and what comes from outside.
package struct Situation: Sendable {
    /// The organisation's settings, staff and letters.
    package var organisation: OrganisationState
    /// The client whom the command is about; an empty one for commands about nobody.
    package var client: ClientState
    /// Other clients whom the decision touches: those with whom accounts were opened that have
    /// access here, those whose profiles the account reaches that it is about, and those that the
    /// command names.
    package var others: [UniqueID: ClientState] = [:]
    /// Which account holds the login address that the command names.
    package var login: LoginState
    /// Who asks.
    package var actor: Actor
    /// Where they ask from, if that is known.
    package var origin: Origin?
    /// What was tried at the login address that the command names, while nobody had it.
    package var unknownLogin = Throttle()
    /// The clock's time.
    package var now: Instant
    /// The organisation's local date at `now`.
    package var today: LocalDate
    /// Ids for what the command creates.
    package var ids: FreshIDs
    /// Keyed hashes of the secrets that the command may hand out.
    package var secrets: FreshSecrets
    /// The digest of the login address that the command would claim.
    package var loginDigest: String?
    /// A Patient ID number for a client who has none.
    package var drawnPatientNumber = DrawnNumber(number: "", digest: "")
    /// Of the streams that the command must be the first to write to, those that exist.
    package var taken: Set<StreamName> = []
    /// The hash of the password that the command sets.
    package var passwordHash: String?
    /// Whether the password that the command gives is the account's.
    package var passwordMatches = false
    /// The time step that the code of a second factor belongs to; nil for a wrong code.
    package var codeStep: Int?
    /// When a local date begins in the organisation's time zone.
    package var startOfDay: @Sendable (LocalDate) -> Instant = { Instant(utcMidnightOf: $0) }

    package init(
        organisation: OrganisationState,
        client: ClientState,
        login: LoginState = LoginState(),
        actor: Actor,
        now: Instant,
        today: LocalDate,
        ids: FreshIDs,
        secrets: FreshSecrets
    ) {
        self.organisation = organisation
        self.client = client
        self.login = login
        self.actor = actor
        self.now = now
        self.today = today
        self.ids = ids
        self.secrets = secrets
    }

    /// The state of the client's account that staff see, or nil before there is one.
    package var userState: UserState? { client.userState(in: organisation, on: today) }

    /// Whether the client's record status or end date keeps them out (T3).
    package var isRecordDisabling: Bool {
        client.isRecordDisabling(in: organisation, on: today)
    }
}

/// New ids, all made of one moment and one draw of random bits.
package struct FreshIDs: Sendable {
    private let instant: Instant
    private let random: (UInt64, UInt64)

    package init(at instant: Instant, random: (UInt64, UInt64)) {
        self.instant = instant
        self.random = random
    }

    /// The id at a place, from 0 to 1,023; each place has its own, and they ascend.
    package subscript(place: Int) -> UniqueID {
        precondition((0..<1024).contains(place), "A command makes fewer than 1,024 ids.")
        // The bits above these may count up from one command to the next.
        let low = random.1 & ~(0x3ff << 32) | UInt64(place) << 32
        return UniqueID(at: instant, random: (random.0, low))
    }
}

/// Keyed hashes of secrets that were drawn for one command. The secrets themselves never enter
/// the domain (invariant 13).
package struct FreshSecrets: Sendable {
    /// Hashes of the tokens in links; every mail has one of its own.
    package let tokenHashes: [String]
    /// Hash of an activation code.
    package let activationCodeHash: String

    /// Hash of the token of the only link, or the first.
    package var tokenHash: String { tokenHashes.first ?? "" }

    package init(tokenHashes: [String], activationCodeHash: String) {
        self.tokenHashes = tokenHashes
        self.activationCodeHash = activationCodeHash
    }
}

/// A Patient ID number that was drawn for a new client, with its keyed digest.
package struct DrawnNumber: Hashable, Sendable {
    package let number: String
    package let digest: String

    package init(number: String, digest: String) {
        self.number = number
        self.digest = digest
    }
}
