import EventLine
import PortalAccess
import PortalEvents
import Testing

/// What people do about invitations to the portal, with the input that they would give.
extension Stage {
    /// Records a visit of the client's.
    mutating func visit(_ date: String = "2026-03-01") -> UniqueID {
        done("RecordEncounter", clientInput.with("visitDate", .string(date))).firstID {
            if case .encounterRecorded(let event) = $0 { event.encounterId } else { nil }
        }
    }

    mutating func note(_ encounter: UniqueID) {
        done("RecordChartNote", ["encounterId": .id(encounter), "content": "Well."])
    }

    mutating func sign(_ encounter: UniqueID) {
        done("SignEncounter", ["encounterId": .id(encounter)])
    }

    /// A visit with a note that is signed: the client is invited in the same run.
    mutating func signedVisit(_ date: String = "2026-03-01") {
        let encounter = visit(date)
        note(encounter)
        sign(encounter)
    }

    var sending: JSONValue { clientInput.with("origin", "clientCard") }

    /// The newest invitation of a kind.
    func invitation(_ kind: InvitationKind) -> Invitation? {
        state.invitations.last { $0.kind == kind }
    }

    /// The token of the newest link of an invitation.
    func token(of invitation: Invitation?) -> JSONValue {
        .string(invitation.flatMap { world.handedOut[$0.tokenHash] } ?? "no such link")
    }

    func token(of kind: InvitationKind) -> JSONValue { token(of: invitation(kind)) }

    func registering(by token: JSONValue, _ password: String = Stage.password) -> JSONValue {
        [
            "token": token, "password": .string(password),
            "details": ["givenName": "Carla", "familyName": "Diaz"],
        ]
    }

    func verifying(
        by token: JSONValue,
        _ phone: String = "555-0100",
        _ dateOfBirth: String = "05/06/1980"
    ) -> JSONValue {
        ["token": token, "phone": .string(phone), "dateOfBirth": .string(dateOfBirth)]
    }

    /// Invites the client by hand and registers them.
    mutating func registerByLink() {
        done("SendPortalInvitation", sending)
        done("RegisterByLink", registering(by: token(of: .registration)), as: .anonymous)
    }

    /// Lets time pass and the program look what is due.
    mutating func pass(days: Int64) {
        world.now = world.now.adding(microseconds: days * Int64.day)
        world.runDue()
    }

    /// Where the clock stands at ten in the morning of a day, New York time in winter.
    mutating func move(to date: String) {
        world.now = Instant(rfc3339: "\(date)T15:00:00Z") ?? world.now
        world.runDue()
    }

    /// What keeps the automatic invitation; empty if nothing does.
    var reasons: [WithholdingReason] {
        if case .withheld(_, let reasons) = state.autoInvite.state { reasons } else { [] }
    }

    mutating func addRepresentative(_ email: String?, of client: UniqueID? = nil) {
        let input: JSONValue = [
            "clientId": .id(client ?? self.client), "name": "Rosa Diaz", "capacity": "mother",
        ]
        done(
            "RecordAuthorisedRepresentative",
            input.with("email", email.map(JSONValue.string))
        )
    }
}
