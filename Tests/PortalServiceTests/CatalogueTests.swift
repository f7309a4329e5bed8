import EventLine
import EventLog
import PortalAccess
import Testing

@testable import PortalService

/// What every command does with bad input, whichever commands there are: it is refused for the
/// named reason and writes nothing but the refusals that the tables name.
@Suite(.opensStores) struct CatalogueTests {
    private static let all = CommandDescription.all

    @Test func `a field that is missing, of another type or unknown is named`() async throws {
        let house = try await House()
        let head = house.store.head
        for command in Self.all {
            for bad in BadField.all(of: command) {
                let reply = try await house.run(command.name, bad.input, as: .anonymous)
                let said = "\(command.name) \(bad.input.canonicalText.prefix(300))"
                #expect(reply.reason == bad.reason.rawValue, "\(said)")
                #expect(reply.field == bad.name, "\(said)")
            }
        }
        #expect(house.store.head == head)
    }

    @Test func `an organisation that there is not is not found`() async throws {
        let house = try await House()
        let head = house.store.head
        for command in Self.all where command.name != "RegisterOrganisation" {
            let reply = try await house.run(
                command.name,
                command.example,
                in: UniqueID(high: 1, low: 1)
            )
            #expect(reply.reason == "notFound", "\(command.name)")
            #expect(reply.field == "organisation")
        }
        #expect(house.store.head == head)
    }

    @Test func `who has no permission is refused, and only that is recorded`() async throws {
        let house = try await House()
        let ben = try await house.ben()
        let gone = try await house.ben()
        if case .staff(let id) = gone {
            try await house.ids("RemoveStaffMember", ["staffId": .uuid(id)], as: house.ana)
        }
        let nobody = Actor.portalUser(UniqueID(high: 1, low: 1))
        let elsewhere = try await house.otherOrganisation().staff
        for command in Self.all {
            for actor in [ben, gone, elsewhere, .anonymous, nobody] {
                guard command.audience.excludes(actor) else { continue }
                let head = house.store.head
                let reply = try await house.run(
                    command.name,
                    command.example,
                    as: actor,
                    in: house.organisation
                )
                #expect(reply.reason == "notPermitted", "\(command.name) \(actor)")
                let written = try house.types(after: head)
                #expect(written == ["CommandRefused.v1"], "\(command.name) \(actor)")
            }
        }
    }

    @Test func `an account that is not there can do nothing and leaves no trace`() async throws {
        let house = try await House()
        let head = house.store.head
        let nobody = Actor.portalUser(UniqueID(high: 1, low: 1))
        for command in Self.all where !command.audience.excludes(nobody) {
            guard command.audience != .anybody else { continue }
            let reply = try await house.run(command.name, command.example, as: nobody)
            #expect(reply.reason != "accepted", "\(command.name)")
        }
        #expect(house.store.head == head)
    }

    @Test func `what another organisation has is not found`() async throws {
        let house = try await House()
        try await house.fill(house.organisation, as: house.ana)
        let other = try await house.otherOrganisation()
        try await house.fill(other.organisation, as: other.staff)
        let own = try house.ids(of: house.organisation)
        let foreign = try house.ids(of: other.organisation)
        let head = house.store.head
        for command in Self.all {
            let named = command.fields.filter { $0.kind == .id || $0.kind == .ids }
            for field in named where command.example[field.name] != nil {
                let input = command.example.naming(named, own).naming([field], foreign)
                let reply = try await house.run(
                    command.name,
                    input,
                    as: command.audience.caller(house.ana),
                    in: house.organisation
                )
                #expect(reply.reason != "accepted", "\(command.name) \(input.canonicalText)")
            }
            guard !named.isEmpty, command.audience.isStaffs else { continue }
            let reply = try await house.run(
                command.name,
                command.example.naming(named, foreign),
                as: house.ana,
                in: house.organisation
            )
            #expect(Self.notFoundReasons.contains(reply.reason), "\(command.name) \(reply.reason)")
        }
        #expect(try house.types(after: head) == [])
    }

    /// Some things have a reason of their own for not being there.
    private static let notFoundReasons: Set<String> = [
        "notFound", "unknownRole", "unknownTemplate", "unknownTemplateBase",
    ]
}

extension Audience {
    /// Somebody who may ask, a member of staff where staff may.
    fileprivate func caller(_ staff: Actor) -> Actor {
        switch self {
        case .anybody: .anonymous
        case .portalUser: .portalUser(UniqueID(high: 1, low: 1))
        case .staff, .anyStaff, .staffOrOwner, .staffThemselfOrOwner, .system: staff
        }
    }

    fileprivate var isStaffs: Bool {
        switch self {
        case .staff, .anyStaff, .staffOrOwner, .staffThemselfOrOwner: true
        case .portalUser, .anybody, .system: false
        }
    }

    /// Whether somebody without any permission may not even ask.
    fileprivate func excludes(_ actor: Actor) -> Bool {
        switch (self, actor) {
        case (.anybody, _), (.portalUser, .portalUser), (.staffOrOwner, .portalUser),
            (.staffThemselfOrOwner, .portalUser):
            false
        case (.staff, _), (.anyStaff, _), (.staffOrOwner, _), (.staffThemselfOrOwner, _),
            (.portalUser, _), (.system, _):
            true
        }
    }
}

extension CommandReply {
    fileprivate var field: String? {
        switch self {
        case .accepted: nil
        case .refused(let refused): refused.field
        }
    }
}

extension House {
    /// Another organisation with an administrator of its own.
    fileprivate func otherOrganisation() async throws -> (organisation: UniqueID, staff: Actor) {
        let ids = try await ids(
            "RegisterOrganisation",
            ["name": "Hillside", "timeZone": "Europe/Vienna"]
        )
        return (try ids.requiredID("organisationId"), .staff(try ids.requiredID("staffId")))
    }

    /// Gives an organisation something of everything that there is to be named.
    fileprivate func fill(_ organisation: UniqueID, as staff: Actor) async throws {
        let client = try await client("Cara", in: organisation)
        let base = try await ids(
            "CreateLetterTemplateBase",
            ["name": "Base", "wordFile": emptyWordFile, "body": "{{body}}"],
            as: staff,
            in: organisation
        )
        let template: JSONValue = [
            "object": "patientProfile", "baseId": base["baseId"] ?? .null, "name": "Letter",
            "body": "Dear {{clientName}}",
            "parts": ["patientIdNumber", "activationCode", "registrationLink"],
        ]
        try await ids("CreateLetterTemplate", template, as: staff, in: organisation)
        try await ids("TurnOnProfileBeforeAcceptance", as: staff, in: organisation)
        let invitation: JSONValue = [
            "clientId": .uuid(client), "createProfileBeforeAcceptance": true,
        ]
        try await ids("InviteClient", invitation, as: staff, in: organisation)
        let credentials: JSONValue = [
            "clientId": .uuid(client), "expiryDate": "2026-03-31", "distribution": "now",
        ]
        try await ids("CreatePatientPortalCredentials", credentials, as: staff, in: organisation)
        for command in CommandDescription.all where command.isAddition {
            let named = command.fields.filter { $0.kind == .id }
            let input = command.example.naming(named, try ids(of: organisation))
            _ = try await run(command.name, input, as: staff, in: organisation)
        }
    }

    /// The newest id in each field of the organisation's events, by the field's name.
    fileprivate func ids(of organisation: UniqueID) throws -> [String: JSONValue] {
        var found: [String: JSONValue] = [:]
        var lines = store.log.reader.lines(after: 0)
        while let line = try lines.next() {
            let event = try line.event()
            guard event.envelope.organisation == organisation else { continue }
            for member in try JSONValue(parsing: Array(event.data)).members ?? []
            where member.value.string.flatMap({ UniqueID($0) }) != nil {
                found[member.name] = member.value
            }
        }
        return found
    }
}

extension CommandDescription {
    /// Whether it adds something with an id of its own, and takes nothing away.
    fileprivate var isAddition: Bool {
        guard !ids.isEmpty, case .staff = audience else { return false }
        return ["Add", "Record", "Enter", "Define"].contains { name.hasPrefix($0) }
    }
}

extension JSONValue {
    /// An input whose ids are these, by the names of the fields; a client's where a field has a
    /// name of its own.
    fileprivate func naming(_ fields: [DescribedField], _ ids: [String: JSONValue]) -> JSONValue {
        fields.reduce(self) { input, field in
            let single = field.name.hasSuffix("Ids") ? String(field.name.dropLast()) : field.name
            guard let id = ids[single] ?? ids["clientId"], input[field.name] != nil else {
                return input
            }
            return input.replacing(field.name, by: field.kind == .ids ? [id] : id)
        }
    }
}
