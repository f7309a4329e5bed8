import EventLine
import PortalAccess
import PortalEvents
import ProjectionEngine

/// What the projections of content and settings say after some lines, held against a world.
struct ProjectedContent {
    private let lines: [EventLine]
    private let cards: ProjectionDatabase
    private let messages: ProjectionDatabase
    private let forms: ProjectionDatabase
    private let documents: ProjectionDatabase
    private let letters: ProjectionDatabase
    private let records: ProjectionDatabase
    private let emails: ProjectionDatabase
    private let support: ProjectionDatabase
    private let communications: ProjectionDatabase

    init(_ lines: [EventLine]) throws {
        self.lines = lines
        let database = { (name: String) in try ProjectedStateTests.database(name, lines) }
        cards = try database("client-cards")
        messages = try database("messages")
        forms = try database("intake-forms")
        documents = try database("documents")
        letters = try database("letters")
        records = try database("record-resources")
        emails = try database("email-templates")
        support = try database("support-information")
        communications = try database("patient-communications")
    }

    func differences(from world: World) throws -> [String] {
        var found: [String] = []
        for (id, client) in world.clients {
            var home = world
            home.here = world.homes[id]
            let situation = home.situation(about: id)
            found += differences(try of(id, situation.today), Self.facts(situation))
            for profile in client.profiles {
                let folded = "records \(profile.resources.sorted().map { "\($0)" })"
                found += differences([try records(of: profile.id)], [folded])
            }
        }
        for (id, organisation) in world.organisations {
            found += differences(try of(id, at: world.now), Self.facts(organisation, world.now))
        }
        return found
    }

    private func differences(_ projected: [String], _ folded: [String]) -> [String] {
        zip(projected, folded).filter { $0 != $1 }.map { "projected \($0)\nfolded    \($1)" }
            + (projected.count == folded.count ? [] : ["\(projected.count) facts"])
    }

    private func of(_ id: UniqueID, _ today: LocalDate) throws -> [String] {
        let client: [String: JSONValue] = ["client": .string("\(id)")]
        let dated = client.merging(["today": .string("\(today)")]) { $1 }
        let card = try cards.query("client-card", arguments: client).first
        let threads = try messages.query("message-threads", arguments: dated)
        let sent = try letters.query("letters", arguments: client)
        return [
            "card \(Self.text(card?.members?.map(\.value) ?? []))",
            "messages \(threads.map { Self.text($0, ["threadId", "messageId", "authorKind"]) }) "
                + "read \(threads.count { $0["readAt"] != .null }) "
                + "only \(Set(threads.map { $0["readOnly"] == true }))",
            "forms \(try forms.query("intake-forms", arguments: client).map(form))",
            "documents \(try documents.query("documents", arguments: client).map(document))",
            "seen \(try documents.query("patient-documents", arguments: client).map(document))",
            "letters \(sent.map { "\($0["letterId"]?.string ?? "") \($0["sentAt"] != .null)" })",
        ]
    }

    /// What a profile's record holds; every content is where it is said to be.
    private func records(of profile: UniqueID) throws -> String {
        let arguments: [String: JSONValue] = ["profile": .string("\(profile)")]
        let rows = try records.query("record-resources", arguments: arguments)
        let parts = try ["medication", "condition", "visit", "note"].flatMap { kind in
            let own = arguments.merging(["kind": .string(kind)]) { $1 }
            return try records.query("portal-resources", arguments: own)
        }
        let structured = rows.filter { $0["structured"] == true }
        guard rows.allSatisfy({ personal($0["content"])?["content"] != nil }),
            Set(parts) == Set(structured)
        else { return "records without content, or not shown" }
        return "records \(rows.compactMap { $0["resourceId"]?.string }.sorted())"
    }

    private func form(_ row: JSONValue) -> String {
        let isCompleted = row["completedAt"] != .null
        let asks = event(row["form"]) == "IntakeFormSent.v1"
        let answers = event(row["answers"]) == "IntakeFormCompleted.v1"
        return "\(row["formId"]?.string ?? "") \(isCompleted) \(asks) \(answers)"
    }

    private func document(_ row: JSONValue) -> String {
        let name = personal(row["name"])?["name"]?.string ?? "-"
        return "\(row["documentId"]?.string ?? "") \(name) \(row["visible"] == true)"
    }

    /// The type of the event to which a personal column points.
    private func event(_ sequence: JSONValue?) -> String? {
        sequence?.integer.map { lines[Int($0) - 1].envelope.type }
    }

    private func personal(_ sequence: JSONValue?) -> JSONValue? {
        guard let sequence = sequence?.integer,
            let data = try? JSONValue(parsing: lines[Int(sequence) - 1].data),
            let sealed = data["personal"]?.string
        else { return nil }
        return try? JSONValue(parsing: World.unsealed(sealed))
    }

    private static func facts(_ situation: Situation) -> [String] {
        let client = situation.client
        let card = client.card
        let names = [card?.givenName, card?.familyName].compactMap { $0 }.joined(separator: " ")
        let shown: [String?] = [
            card.map { "\($0.id)" }, card?.patientIDNumber, names,
            card?.dateOfBirth.map { "\($0)" }, card?.email, card?.phone,
            card?.recordStatus.rawValue, client.status.rawValue, card?.endDate.map { "\($0)" },
            "\(card?.isAutoSendOn ?? true)",
        ]
        let all = client.chart.threads.flatMap { thread in
            thread.messages.map { "\(thread.id) \($0.id) \($0.author.rawValue)" }
        }
        let forms = client.chart.forms.map { "\($0.id) \($0.isCompleted) true \($0.isCompleted)" }
        let read = client.chart.threads.flatMap(\.messages).count { $0.isRead }
        let documents = client.chart.documents.map { ("\($0.id) \($0.name ?? "-")", $0.isVisible) }
        return [
            "card \(shown.map { $0 ?? "-" }.joined(separator: " "))",
            "messages \(all) read \(read) only \(all.isEmpty ? [] : Set([situation.isReadOnly]))",
            "forms \(forms)",
            "documents \(documents.map { "\($0.0) \($0.1)" })",
            "seen \(documents.filter(\.1).map { "\($0.0) true" })",
            "letters \(client.letters.map { "\($0.id) \($0.isSent)" })",
        ]
    }
}

// MARK: - Settings

extension ProjectedContent {
    private static let types: [String?] = [nil, "clinic", "hospital", "school"]

    /// Now, and when each version of now becomes visible.
    private static func moments(_ now: Instant) -> [Instant] {
        let hour = SupportInformation.delayMicroseconds
        return [-hour, -1, 0, hour - 1, hour].map { now.adding(microseconds: $0) }
    }

    private func of(_ id: UniqueID, at now: Instant) throws -> [String] {
        let organisation: [String: JSONValue] = ["organisation": .string("\(id)")]
        let settings = try communications.query("settings", arguments: organisation)
        let rights = try communications.query("staff-invitation-rights", arguments: organisation)
        let templates = try emails.query("email-templates", arguments: organisation)
        let texts = try letters.query("letter-templates", arguments: organisation)
        let types = try support.query("types", arguments: organisation)
        var facts = [
            "settings \(settings.map { Self.text($0, ["setting", "enabled"]) })",
            "rights \(rights.map { Self.text($0, ["staffId", "mayInvite"]) })",
            "templates \(templates.map { Self.text($0, ["templateId", "name", "isDefault"]) })",
            "letter templates \(texts.map { Self.text($0, ["templateId", "visible"]) })",
            "support \(types.map { Self.text($0, ["organisationType"]) })",
        ]
        for type in Self.types {
            let own = organisation.merging(["type": type.map { .string($0) } ?? .null]) { $1 }
            facts.append("support \(try version(support.query("staff-see", arguments: own)))")
            for moment in Self.moments(now) {
                let then = own.merging(["now": .string("\(moment)")]) { $1 }
                facts.append(
                    "support \(try version(support.query("patients-see", arguments: then)))"
                )
            }
        }
        return facts
    }

    private func version(_ rows: [JSONValue]) -> String {
        rows.first.map { Self.text($0, ["supportId", "email", "phone", "visibleFrom"]) } ?? "none"
    }

    private static func facts(_ organisation: OrganisationState, _ now: Instant) -> [String] {
        let communications = organisation.communications
        let settings = communications.settings.sorted { $0.key < $1.key }.map { "\($0) \($1)" }
        let staff = organisation.staff.keys.sorted()
        let templates = organisation.emails.all.map { template in
            let preset = organisation.emails.preset(for: template.purpose)
            return "\(template.id) \(template.name) \(preset == template)"
        }
        var facts = [
            "settings \(["autoInvite \(communications.isAutoInviteOn)"] + settings)",
            "rights \(staff.map { "\($0) \(organisation.mayInvite($0))" })",
            "templates \(templates)",
            "letter templates \(organisation.letterTemplates.map { "\($0.id) \($0.isVisible)" })",
            "support \(organisation.support.types.map { $0 ?? "-" })",
        ]
        for type in types {
            facts.append("support \(version(organisation.support.newest(for: type)))")
            for moment in moments(now) {
                let seen = organisation.support.visible(toPatientsOf: type, at: moment)
                facts.append("support \(version(seen))")
            }
        }
        return facts
    }

    private static func version(_ version: SupportInformation.Version?) -> String {
        guard let version, let contact = version.contact else { return "none" }
        return "\(version.supportID) \(contact.email) \(contact.phone) \(version.visibleFrom)"
    }

    private static func text(_ row: JSONValue, _ names: [String]) -> String {
        text(names.map { row[$0] ?? .null })
    }

    private static func text(_ values: [JSONValue]) -> String {
        values.map { value in
            value == .null ? "-" : value.string ?? value.canonicalText
        }.joined(separator: " ")
    }
}
