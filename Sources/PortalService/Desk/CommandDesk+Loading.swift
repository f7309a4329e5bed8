import EventLine
import EventLog
import PersonalData
import PortalAccess
import PortalEvents

/// What a decision is made from, and the versions at which it holds.
struct LoadedCase {
    var situation: Situation
    var secrets: DrawnSecrets
    var expected: [StreamName: ExpectedVersion]
}

extension CommandDesk {
    /// Loads the streams that an order's decision needs.
    func situation(
        of order: Order,
        alsoTaken: Set<StreamName>
    ) throws(DeskFailure) -> LoadedCase {
        do throws(ServiceError) {
            var loaded = try emptyCase(order)
            guard let organisation = order.organisation else { return loaded }
            let settings = try loader.organisation(organisation)
            loaded.expected[StreamName("organisation", organisation)] = .exactly(settings.version)
            loaded.situation.organisation = settings.state
            if let calendar = LocalCalendar(zone: settings.state.timeZone) {
                loaded.situation.today = calendar.date(of: loaded.situation.now)
                loaded.situation.startOfDay = { calendar.start(of: $0) }
            }
            try loadClient(order, organisation, into: &loaded)
            try loadOthers(order, organisation, into: &loaded)
            try loadLogin(order, organisation, into: &loaded)
            try loadClaims(order, organisation, alsoTaken, into: &loaded)
            try loadAttempts(order, organisation, into: &loaded)
            usePassword(order.command, in: &loaded)
            try checkCode(of: order, in: &loaded)
            return loaded
        } catch {
            throw .service(error)
        }
    }

    private func emptyCase(_ order: Order) throws(ServiceError) -> LoadedCase {
        let now = store.clock.now
        let secrets = DrawnSecrets(store.vault, linkCountMax: order.command.linkCountMax)
        return LoadedCase(
            situation: Situation(
                organisation: OrganisationState(),
                client: ClientState(),
                actor: order.actor,
                now: now,
                today: LocalCalendar.universal.date(of: now),
                ids: FreshIDs(at: now, random: RandomSource.pair()),
                secrets: secrets.hashes
            ),
            secrets: secrets,
            expected: [:]
        )
    }

    private func loadClient(
        _ order: Order,
        _ organisation: UniqueID,
        into loaded: inout LoadedCase
    ) throws(ServiceError) {
        guard let id = try client(of: order, organisation),
            let client = try loader.client(id, in: organisation)
        else { return }
        loaded.situation.client = client.state
        loaded.expected[StreamName("client", id)] = .exactly(client.version)
    }

    private func loadOthers(
        _ order: Order,
        _ organisation: UniqueID,
        into loaded: inout LoadedCase
    ) throws(ServiceError) {
        let client = loaded.situation.client
        var named = order.command.otherClients(given: client)
        for stream in order.command.otherStreams {
            named.formUnion(try loader.clients(of: stream, in: organisation))
        }
        let question = LinkQuestion(
            account: try account(of: order, organisation),
            loginHolder: try loginHolder(of: order, client, organisation),
            people: order.command.people(given: client),
            clients: named,
            actor: order.actor
        )
        var source = OrganisationClients(loader: loader, organisation: organisation)
        loaded.situation.others = try source.linked(to: client, question)
        loader = source.loader
        for id in loaded.situation.others.keys {
            guard let other = try loader.client(id, in: organisation) else { continue }
            loaded.expected[StreamName("client", id)] = .exactly(other.version)
        }
    }

    /// The account that has the login address which an order names.
    private func loginHolder(
        of order: Order,
        _ client: ClientState,
        _ organisation: UniqueID
    ) throws(ServiceError) -> UniqueID? {
        guard let address = order.command.loginAddress(given: client) else { return nil }
        return try loader.account(signingInWith: address, in: organisation)
    }

    /// The sign-in account that an order is about.
    private func account(
        of order: Order,
        _ organisation: UniqueID
    ) throws(ServiceError) -> UniqueID? {
        switch order.command.target {
        case .organisation, .client: return nil
        case .stream(let stream):
            return stream.accountID
        case .digest(let claim):
            guard let stream = claim.stream(of: organisation) else { return nil }
            return try loader.login(stream).state.accountID
        case .actor:
            guard case .portalUser(let id) = order.actor else { return nil }
            return id
        }
    }

    private func client(
        of order: Order,
        _ organisation: UniqueID
    ) throws(ServiceError) -> UniqueID? {
        switch order.command.target {
        case .organisation: return nil
        case .client(let id): return id
        case .stream(let stream):
            if let account = stream.accountID {
                return try loader.home(ofAccount: account, in: organisation)
            }
            return try loader.client(of: stream, in: organisation)
        case .digest(let claim):
            guard let stream = claim.stream(of: organisation) else { return nil }
            return try lastClient(of: stream, in: organisation)
        case .actor:
            guard case .portalUser(let id) = order.actor else { return nil }
            return try loader.home(ofAccount: id, in: organisation)
        }
    }

    /// A login address may have passed from one client to another.
    private func lastClient(
        of stream: StreamName,
        in organisation: UniqueID
    ) throws(ServiceError) -> UniqueID? {
        guard let holder = try loader.login(stream).state.accountID else {
            return try loader.client(of: stream, in: organisation)
        }
        return try loader.home(ofAccount: holder, in: organisation)
    }

    private func loadLogin(
        _ order: Order,
        _ organisation: UniqueID,
        into loaded: inout LoadedCase
    ) throws(ServiceError) {
        guard let address = order.command.loginAddress(given: loaded.situation.client) else {
            return
        }
        let digest = store.vault.keyedDigest(DigestPurpose.login.rawValue, address.asLogin)
        guard let stream = Claim("login", digest).stream(of: organisation) else { return }
        let login = try loader.login(stream)
        loaded.situation.loginDigest = digest
        loaded.situation.login = login.state
        loaded.expected[stream] = .exactly(login.version)
    }

    private func loadClaims(
        _ order: Order,
        _ organisation: UniqueID,
        _ alsoTaken: Set<StreamName>,
        into loaded: inout LoadedCase
    ) throws(ServiceError) {
        for claim in order.command.claims {
            guard let stream = claim.stream(of: organisation) else { continue }
            if try store.log.has(stream) || alsoTaken.contains(stream) {
                loaded.situation.taken.insert(stream)
            }
            loaded.expected[stream] = ExpectedVersion.none
        }
        guard order.command is RegisterClient else { return }
        loaded.situation.drawnPatientNumber = try drawnNumber(organisation)
    }

    /// What failed lately at the login address that an order tries, and from where it comes.
    private func loadAttempts(
        _ order: Order,
        _ organisation: UniqueID,
        into loaded: inout LoadedCase
    ) throws(ServiceError) {
        let now = loaded.situation.now
        let policy = loaded.situation.organisation.signIn
        if let digest = order.command.triedLogin {
            let tried = Claim.attempts(digest)
            try loader.note(
                tried,
                last: policy.account.count,
                of: organisation,
                at: now,
                in: &loaded.situation.unknownLogin
            )
        }
        guard let place = order.from?.place else { return }
        let purpose = DigestPurpose.networkAddress.rawValue
        var origin = Origin(addressDigest: store.vault.keyedDigest(purpose, place))
        let tried = Claim.attempts(origin.addressDigest)
        try loader.note(
            tried,
            last: policy.address.count,
            of: organisation,
            at: now,
            in: &origin.attempts
        )
        loaded.situation.origin = origin
    }

    /// A Patient ID number that nobody has.
    private func drawnNumber(_ organisation: UniqueID) throws(ServiceError) -> DrawnNumber {
        while true {
            let number = RandomSource.patientNumber()
            let digest = store.vault.keyedDigest(DigestPurpose.patientNumber.rawValue, number)
            let stream = Claim("patientNumber", digest).stream(of: organisation)
            if let stream, try !store.log.has(stream) {
                return DrawnNumber(number: number, digest: digest)
            }
        }
    }

    /// Hashes or checks the password. An unknown account costs the same time as a known one.
    /// The count is what tests compare, instead of times.
    private func usePassword(_ command: any Command, in loaded: inout LoadedCase) {
        switch command.password {
        case .none: break
        case .set(let password):
            loaded.situation.passwordHash = hash(of: password)
            if let account = loaded.situation.actingAccount, account.mustSetPassword {
                loaded.situation.passwordMatches = isPassword(password, of: account)
            }
        case .draw:
            loaded.secrets.temporaryPassword = RandomSource.temporaryPassword()
            loaded.situation.passwordHash = hash(of: loaded.secrets.temporaryPassword)
        case .check(let password):
            let account = (command as? SignIn)?.account(in: loaded.situation.client)
            loaded.situation.passwordMatches = isPassword(password, of: account)
        case .setOrCheck(let password):
            if let account = (command as? any JoiningCommand)?
                .joinedAccount(in: loaded.situation)
            {
                loaded.situation.passwordMatches = isPassword(password, of: account)
            } else {
                loaded.situation.passwordHash = hash(of: password)
            }
        }
    }

    private func isPassword(_ password: String, of account: PortalAccount?) -> Bool {
        let stored =
            account?.checkedHash ?? PasswordHash.dummy(ln: store.configuration.passwordCost)
        hashingCount += 1
        let matches = PasswordHash.verify(password, against: stored)
        return matches && account?.checkedHash != nil
    }

    /// Finds the time step of a second factor's code.
    private func checkCode(of order: Order, in loaded: inout LoadedCase) throws(ServiceError) {
        guard let checked = order.command.checkedCode(in: loaded.situation.client, by: order.actor)
        else { return }
        let secret = try serviceError { () throws(VaultError) in
            try store.vault.secret(SecretName.secondFactor(checked.factorID))
        }
        let second = loaded.situation.now.microseconds / 1_000_000
        loaded.situation.codeStep = secret.flatMap {
            OneTimeCode(secret: $0).step(of: checked.code, atSecond: second)
        }
    }

    private func hash(of password: String) -> String? {
        hashingCount += 1
        return try? PasswordHash.make(password, ln: store.configuration.passwordCost)
    }
}

extension StreamName {
    /// The account whose stream it is.
    fileprivate var accountID: UniqueID? {
        guard text.hasPrefix("portalAccount/") else { return nil }
        return UniqueID(text.dropFirst("portalAccount/".count))
    }
}
