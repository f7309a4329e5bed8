import EventLine
import PortalAccess
import PortalEvents
import Testing

/// A world with the acceptance scenarios' set-up: Ana has every permission, Ben none; one letter
/// template shows all parts; profiles before acceptance are turned on; and there is one client.
struct Stage {
    var world = World()
    /// Where the play is.
    private(set) var place = Place()

    /// An organisation, with those of it whom the play is about.
    struct Place {
        var organisation = Stage.nobody
        var ana = Actor.anonymous
        var ben = Actor.anonymous
        var client = Stage.nobody
        var base = Stage.nobody
        var template = Stage.nobody
    }

    var ana: Actor { place.ana }
    var ben: Actor { place.ben }
    var client: UniqueID { place.client }
    var base: UniqueID { place.base }
    var template: UniqueID { place.template }

    static let wordFile: JSONValue = ["fileName": "letter.docx", "content": "UEsDBA=="]
    static let password = "correct horse battery"

    init(hasTemplate: Bool = true) {
        found("Riverside Care", in: "America/New_York", hasTemplate: hasTemplate)
    }

    /// Founds an organisation and goes there.
    mutating func found(_ name: String, in zone: String, hasTemplate: Bool = true) {
        world.here = nil
        place = Place()
        let founding = done(
            "RegisterOrganisation",
            ["name": .string(name), "timeZone": .string(zone)]
        )
        place.organisation = world.here ?? Self.nobody
        place.ana = founding.lazy.compactMap(\.addedStaff).first.map(Actor.staff) ?? .anonymous
        place.ben = addStaff(["name": "Ben"])
        done("TurnOnProfileBeforeAcceptance")
        place.base =
            done(
                "CreateLetterTemplateBase",
                ["name": "Base", "wordFile": Self.wordFile, "body": "{{body}}"]
            ).firstID {
                if case .letterTemplateBaseCreated(let event) = $0 { event.baseId } else { nil }
            }
        if hasTemplate {
            let parts = ["patientIdNumber", "activationCode", "registrationLink"]
            place.template = addTemplate(showing: parts)
        }
        place.client = addClient("P-1", email: "carla@example.org")
    }

    /// Goes where the play was before.
    mutating func go(to place: Place) {
        self.place = place
        world.here = place.organisation
    }

    /// Runs a command that must be obeyed, as Ana where nobody else is named.
    @discardableResult
    mutating func done(
        _ name: String,
        _ input: JSONValue = [:],
        as actor: Actor? = nil,
        at location: SourceLocation = #_sourceLocation
    ) -> [PortalEvent] {
        let staff = ana == .anonymous ? Actor.systemOperator : ana
        let outcome = world.run(name, input, as: actor ?? staff)
        if let refusal = outcome.refusal {
            Issue.record("\(name) was refused: \(refusal)", sourceLocation: location)
        }
        return outcome.events
    }

    /// Adds somebody to the staff, who has no permission.
    mutating func addStaff(_ input: JSONValue) -> Actor {
        let input = input.with("email", "staff@example.org")
        return done("AddStaffMember", input).lazy.compactMap(\.addedStaff).first.map(Actor.staff)
            ?? .anonymous
    }

    mutating func addTemplate(showing parts: [String]) -> UniqueID {
        let input: JSONValue = [
            "object": "patientProfile", "baseId": .id(base), "name": "Letter",
            "body": "Dear {{clientName}}", "parts": .array(parts.map(JSONValue.string)),
        ]
        return done("CreateLetterTemplate", input).firstID {
            if case .letterTemplateCreated(let event) = $0 { event.templateId } else { nil }
        }
    }

    mutating func addClient(_ number: String, email: String) -> UniqueID {
        let input: JSONValue = [
            "patientIdNumber": .string(number), "givenName": "Carla", "familyName": "Diaz",
            "dateOfBirth": "1980-05-06", "email": .string(email), "phone": "555 0100",
        ]
        return done("RegisterClient", input).firstID {
            if case .clientRegistered(let event) = $0 { event.clientId } else { nil }
        }
    }

    /// Turns to another client.
    mutating func choose(_ client: UniqueID) { place.client = client }

    /// The client as folded.
    var state: ClientState { world.clients[client] ?? ClientState() }
    var account: PortalAccount? { state.ownAccount }
    var userState: UserState? { state.userState(in: world.organisation, on: world.today) }
    var invitation: Invitation? { state.ownershipInvitation }
    var profile: Profile? { state.profile }

    /// An id that nothing has.
    static let nobody = UniqueID(high: 0x0193_0000_0000_7000, low: 0x8000_0000_0000_0001)
}

extension [PortalEvent] {
    /// The id that the first fitting event made; one that nothing has if none fits.
    func firstID(_ id: (PortalEvent) -> UniqueID?) -> UniqueID {
        lazy.compactMap(id).first ?? Stage.nobody
    }
}

extension PortalEvent {
    fileprivate var addedStaff: UniqueID? {
        guard case .staffMemberAdded(let event) = self else { return nil }
        return event.staffId
    }
}
