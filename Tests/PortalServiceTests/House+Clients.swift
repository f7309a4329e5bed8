import EventLine
import EventLog
import PortalAccess

@testable import PortalService

extension House {
    /// A new client with an address of their own.
    func client(
        _ name: String = "Cara",
        in organisation: UniqueID? = nil
    ) async throws -> UniqueID {
        let input: JSONValue = [
            "patientIdNumber": .string("N-\(name)"), "givenName": .string(name),
            "familyName": "Lane", "dateOfBirth": "1980-02-29",
            "email": .string("\(name)@example.org"),
        ]
        return try await ids("RegisterClient", input, in: organisation).requiredID("clientId")
    }

    /// Invites a client with a profile made at once.
    func inviteWithProfile(_ client: UniqueID) async throws -> JSONValue {
        try await ids("TurnOnProfileBeforeAcceptance", as: ana)
        let input: JSONValue = ["clientId": .uuid(client), "createProfileBeforeAcceptance": true]
        return try await ids("InviteClient", input, as: ana)
    }

    /// Accepts the newest invitation of a client.
    @discardableResult
    func accept(_ client: UniqueID) async throws -> (profile: UniqueID, owner: Actor) {
        let token = try token("invitationLink", of: client)
        let input: JSONValue = [
            "token": .string(token), "capacity": "self", "password": "open sesame 1",
        ]
        let ids = try await ids("AcceptInvitation", input, as: .anonymous)
        return (
            try ids.requiredID("profileId"), .portalUser(try ids.requiredID("accountId"))
        )
    }

    /// A letter template that shows everything; answers with its id.
    @discardableResult
    func letterTemplate(_ body: String = "Dear {{clientName}}") async throws -> UniqueID {
        let base = try await ids(
            "CreateLetterTemplateBase",
            ["name": "Base", "wordFile": emptyWordFile, "body": "{{body}}"],
            as: ana
        )
        let input: JSONValue = [
            "object": "patientProfile", "baseId": base["baseId"] ?? .null, "name": "Letter",
            "body": .string(body),
            "parts": ["patientIdNumber", "activationCode", "registrationLink"],
        ]
        return try await ids("CreateLetterTemplate", input, as: ana).requiredID("templateId")
    }

    /// Sends credentials; answers with the account's id.
    func sendCredentials(_ client: UniqueID) async throws -> UniqueID {
        let input: JSONValue = [
            "clientId": .uuid(client), "expiryDate": "2026-03-31", "distribution": "now",
        ]
        return try await ids("CreatePatientPortalCredentials", input, as: ana)
            .requiredID("accountId")
    }

    /// The input with which a client registers by the newest letter.
    func registration(_ client: UniqueID, _ name: String = "Cara") throws -> JSONValue {
        [
            "patientIdNumber": .string("N-\(name)"),
            "activationCode": .string(try activationCode(of: client)),
            "dateOfBirth": "1980-02-29", "email": .string("\(name)@example.org"),
            "password": "open sesame 1",
        ]
    }

    /// A member of staff without any permission.
    func ben() async throws -> Actor {
        let ids = try await ids(
            "AddStaffMember",
            ["name": "Ben", "email": "b@example.org"],
            as: ana
        )
        return .staff(try ids.requiredID("staffId"))
    }

    /// The types of the events behind a sequence.
    func types(after sequence: UInt64) throws -> [String] {
        var lines = store.log.reader.lines(after: sequence)
        var types: [String] = []
        while let line = try lines.next() { types.append(try line.event().envelope.type) }
        return types
    }
}
