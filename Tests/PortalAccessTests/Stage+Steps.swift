import EventLine
import PortalAccess
import PortalEvents
import Testing

/// What people do in the state tables, with the input that they would give.
extension Stage {
    var clientInput: JSONValue { ["clientId": .id(client)] }
    var accountInput: JSONValue { ["accountId": .id(account?.id ?? Self.nobody)] }
    var invitationInput: JSONValue { ["invitationId": .id(invitation?.id ?? Self.nobody)] }

    func inviting(ticked: Bool) -> JSONValue {
        clientInput.with("createProfileBeforeAcceptance", .bool(ticked))
    }

    /// The latest invitation's link.
    var invitationLink: JSONValue {
        let token = invitation.flatMap { world.handedOut[$0.tokenHash] }
        return ["token": .string(token ?? "no such link")]
    }

    var accepting: JSONValue {
        invitationLink.with("capacity", "self").with("password", .string(Self.password))
    }

    /// The latest confirmation link that was mailed to the client, dead or not.
    var confirmationLink: JSONValue {
        let hash = world.events.reversed().lazy.compactMap { event -> String? in
            guard case .confirmationEmailSent(let sent) = event, sent.clientId == client else {
                return nil
            }
            return sent.tokenHash
        }.first
        return ["token": .string(hash.flatMap { world.handedOut[$0] } ?? "no such link")]
    }

    /// Credentials that can be used for twenty days more.
    func creating(_ distribution: String = "now") -> JSONValue {
        distributing.with("distribution", .string(distribution))
    }

    var distributing: JSONValue {
        clientInput.with("expiryDate", .string("\(world.today.adding(days: 20))"))
    }

    /// The activation code of one of the client's credentials, the latest where none is named.
    func code(of credential: Credential? = nil) -> String {
        let hash = (credential ?? account?.currentCredential)?.activationCodeHash
        return hash.flatMap { world.handedOut[$0] } ?? "AAAA-BBBB-CCCC"
    }

    func registering(code: String, email: String = "carla@example.org") -> JSONValue {
        [
            "patientIdNumber": .string(state.card?.patientIDNumber ?? ""),
            "activationCode": .string(code), "dateOfBirth": "1980-05-06",
            "email": .string(email), "password": .string(Self.password),
        ]
    }

    var signingIn: JSONValue {
        ["email": "carla@example.org", "password": .string(Self.password)]
    }

    mutating func fail(times: Int) {
        for _ in 0..<times {
            world.run("RegisterPatientUser", registering(code: "wrong"), as: .anonymous)
        }
    }

    mutating func register() {
        done("RegisterPatientUser", registering(code: code()), as: .anonymous)
    }

    mutating func confirm() { done("ConfirmEmail", confirmationLink, as: .anonymous) }

    /// From nothing to an account that can sign in.
    mutating func becomeActive() {
        done("CreatePatientPortalCredentials", creating())
        register()
        confirm()
    }

    mutating func setRecordStatus(_ status: RecordStatus) {
        done("ChangeRecordStatus", clientInput.with("status", .string(status.rawValue)))
    }

    /// Lets the clock pass the end of the current credentials, and the timer with it.
    mutating func expireCredentials() {
        world.now = world.now.adding(microseconds: 40 * Int64.day)
        if let id = account?.id { world.obey(ExpireCredentials(accountID: id), as: .scheduler) }
    }

    mutating func expireInvitation() {
        guard let invitation else { return }
        world.now = max(world.now, invitation.expiresAt)
        world.obey(ExpireInvitation(invitationID: invitation.id), as: .scheduler)
    }
}
