import EventLine
import PortalAccess
import PortalEvents

/// Random events of what organisations set up and of what is on charts, as commands write them.
struct RandomContent {
    private var generator: SeededGenerator
    private var counter: UInt64 = 0

    private static let types: [String?] = [nil, "clinic", "hospital"]
    private static let switches = ["reminders", "newsletter", "surveys"]

    init(seed: UInt64) {
        generator = SeededGenerator(seed: seed)
    }

    /// The next event in a world; nil where nothing fits.
    mutating func next(in world: World) -> PortalEvent? {
        switch draw(24) {
        case 0: return .autoInviteEnabled(.init())
        case 1: return .autoInviteDisabled(.init())
        case 2:
            return .patientCommunicationSettingChanged(
                .init(setting: pick(Self.switches), enabled: pick([true, false]))
            )
        case 3, 4: return staff(in: world)
        case 5, 6: return template(in: world)
        case 7: return chosen(in: world)
        case 8, 9, 10: return support(at: world.now)
        default: return chart(in: world)
        }
    }

    mutating func draw(_ count: Int) -> Int { Int.random(in: 0..<count, using: &generator) }

    mutating func pick<Element>(_ all: [Element]) -> Element { all[draw(all.count)] }

    mutating func newID() -> UniqueID {
        counter += 1
        return UniqueID(high: 0xc0, low: counter)
    }

    /// A text that nobody else has.
    mutating func newWord(_ kind: String) -> String {
        counter += 1
        return "\(kind) \(counter) of nobody else"
    }

    private mutating func staff(in world: World) -> PortalEvent? {
        counter += 1
        let known = world.organisation.staff.keys.sorted()
        guard known.count > 3 else {
            let personal = StaffMemberAdded.Personal(name: "S \(counter)", email: "s@example.org")
            let id = UniqueID(high: 0x5eed, low: counter)
            return .staffMemberAdded(.init(staffId: id, personal: .open(personal)))
        }
        let id = pick(known)
        let permission = pick([Permission.sendPortalInvitation, .editClientCard])
        return switch draw(9) {
        case 0: .staffMemberRemoved(.init(staffId: id))
        case 1, 2, 3: .staffPermissionGranted(.init(staffId: id, permission: permission))
        case 4, 5: .staffPermissionWithdrawn(.init(staffId: id, permission: permission))
        default: .staffInvitationRightChanged(.init(staffId: id, mayInvite: pick([true, false])))
        }
    }

    private mutating func template(in world: World) -> PortalEvent {
        counter += 1
        let known = world.organisation.emails.all.map(\.id)
        let isNew = known.isEmpty || (known.count < 5 && counter % 2 == 0)
        return .emailTemplateSaved(
            .init(
                templateId: isNew ? UniqueID(high: 0x7e3b, low: counter) : pick(known),
                purpose: pick(EmailPurpose.allCases),
                name: "Template \(counter)",
                subject: "Subject \(counter)",
                body: "Body \(counter)",
                hasInvitationLink: pick([true, false])
            )
        )
    }

    private mutating func chosen(in world: World) -> PortalEvent? {
        let all = world.organisation.emails.all
        guard !all.isEmpty else { return nil }
        let template = pick(all)
        return .defaultEmailTemplateChosen(
            .init(purpose: template.purpose, templateId: template.id)
        )
    }

    private mutating func support(at now: Instant) -> PortalEvent {
        counter += 1
        let type = pick(Self.types)
        let id = UniqueID(high: 0x5b0, low: counter)
        let visible = now.adding(microseconds: SupportInformation.delayMicroseconds)
        guard counter % 3 != 0 else {
            return .supportInformationWithdrawn(
                .init(supportId: id, organisationType: type, visibleFrom: visible)
            )
        }
        return .supportInformationEntered(
            .init(
                supportId: id,
                organisationType: type,
                email: "\(counter)@example.org",
                phone: "555 \(counter)",
                enteredAt: now,
                visibleFrom: visible
            )
        )
    }
}
