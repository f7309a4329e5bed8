import EventLine
import EventLog
import Foundation

@testable import PortalService

/// What must hold after every scenario, whatever it told.
struct AfterwardsChecks {
    let store: OpenedStore
    let play: Play
    let asksEverything: Bool

    func run() async throws {
        let outbox = try store.manifests()
        let live = try store.dump()
        let answers = try await answers()
        try checkLabels()
        if asksEverything { try rebuildBesides(live) }
        try await store.dropProjections()
        try expectSame(live, try store.dump(), "after the projections were dropped")
        try await expectSameAnswers(answers)
        try await expectSameAnswersOfThePast()
        guard try store.manifests() == outbox else { throw Unexpected("a rebuild sent mail") }
        try expectNothingInClear(outbox)
    }

    // MARK: Rebuilds

    /// A replay beside the live projections, before the one from nothing.
    private func rebuildBesides(_ live: [String: [String]]) throws {
        let failures = try Archive(of: store.store).rebuild(nil)
        guard failures.isEmpty else { throw Unexpected("\(failures)") }
        try expectSame(live, try store.dump(), "after a rebuild")
    }

    private func expectSame(
        _ live: [String: [String]],
        _ rebuilt: [String: [String]],
        _ when: String
    ) throws {
        for (name, rows) in live where rebuilt[name] != rows {
            let other = rebuilt[name] ?? []
            let gone = rows.filter { !other.contains($0) }
            let new = other.filter { !rows.contains($0) }
            throw Unexpected("\(when), \(name) differs: -\(gone) +\(new)")
        }
    }

    /// The questions of the scenario, asked again as they are at the end, and every read model
    /// about everything that the scenario gave a name.
    private func answers() async throws -> [(JSONValue, JSONValue)] {
        var answers: [(JSONValue, JSONValue)] = []
        for line in play.asked.filter({ !$0.isRecorded }).map(\.line) + everyQuestion {
            answers.append((line, try await store.answer(line)))
        }
        return answers
    }

    /// The stories of several seeds have everything in them; the others need not wait for it.
    private var everyQuestion: [JSONValue] {
        guard asksEverything else { return [] }
        return QueryCatalogue.names.flatMap { name -> [JSONValue] in
            guard let subject = QueryCatalogue.subject(of: name) else {
                return [play.line(["show": .string(name)], in: nil)]
            }
            return play.ids(of: subject).map { id in
                let input = JSONValue.object([JSONMember(subject, .string(id))])
                return play.line(["show": .string(name), "input": input], in: nil)
            }
        }
    }

    private func expectSameAnswers(_ answers: [(JSONValue, JSONValue)]) async throws {
        for (line, before) in answers {
            let after = try await store.answer(line)
            guard after == before else {
                throw Unexpected(
                    "\(line.canonicalText) answers after a rebuild\n  \(after.canonicalText)\n"
                        + "  and before it\n  \(before.canonicalText)"
                )
            }
        }
    }

    /// A question that was asked at the time of the log's last event has the same answer when it
    /// is asked as of that event.
    private func expectSameAnswersOfThePast() async throws {
        let events = try store.events()
        // What is deleted is unreadable in the past as well.
        guard !events.contains(where: { $0.envelope.type.hasPrefix("PersonalDataKey") }) else {
            return
        }
        for asked in play.asked where !asked.isRecorded {
            guard let sequence = asked.reply["sequence"]?.integer,
                let event = events.first(where: { $0.envelope.sequence == UInt64(sequence) }),
                event.envelope.time == (try instant(asked.now)),
                let input = asked.line["input"]?.members,
                !input.contains(where: { $0.name == "asOf" })
            else { continue }
            let members = (asked.line.members ?? []).map { member in
                guard member.name == "input" else { return member }
                return JSONMember(
                    "input",
                    .object(input + [JSONMember("asOf", .integer(sequence))])
                )
            }
            let then = try await store.answer(.object(members))
            guard then["ok"] == true, then["result"] != asked.reply["result"] else { continue }
            throw Unexpected(
                "\(JSONValue.object(members).canonicalText) answers\n  \(then.canonicalText)\n"
                    + "  and did then\n  \(asked.reply.canonicalText)"
            )
        }
    }

    // MARK: The ten labels

    static let labels: [String: String] = [
        "Patient Credentials Distributed": "PatientCredentialsDistributed",
        "Patient Account Onboarded": "PatientAccountOnboarded",
        "Patient Account Locked": "PatientAccountLocked",
        "Patient Account Disabled": "PatientAccountDisabled",
        "Patient Access Letter Generated": "PatientAccessLetterGenerated",
        "Patient Access Letter Sent": "PatientAccessLetterSent",
        "Patient User Successfully Registered": "PatientUserSuccessfullyRegistered",
        "Patient User Failed To Register": "PatientUserFailedToRegister",
        "Patient Access Granted": "PatientAccessGranted",
        "Patient Account Disabled Automatically": "PatientAccountDisabledAutomatically",
    ]

    /// Each label stands on its own event, and each such event has it, in its client's log.
    private func checkLabels() throws {
        let events = try store.events()
        var labels: [UInt64: String] = [:]
        for event in events where event.envelope.type == "ClientRegistered.v1" {
            guard let client = event.envelope.client,
                let organisation = event.envelope.organisation
            else { throw Unexpected("a client without id") }
            labels.merge(try self.labels(of: client, in: organisation)) { first, _ in first }
        }
        for event in events {
            let type = event.envelope.type.replacing(".v1", with: "")
            let label = labels[event.envelope.sequence]
            let own = Self.labels.first { $0.value == type }?.key
            guard label.map({ Self.labels[$0] != nil }) != true || label == own else {
                throw Unexpected("\(type) has the label \(label ?? "")")
            }
            guard own == nil || label == own else {
                throw Unexpected("\(type) at \(event.envelope.sequence) has no label \(own ?? "")")
            }
        }
    }

    private func labels(of client: UniqueID, in organisation: UniqueID) throws -> [UInt64: String] {
        let rows = try ProjectionRows("audit-trail", of: store.store.projections).rows(
            "activity-log",
            ["client": .string("\(client)"), "first": 1, "last": .integer(.max)]
        )
        var labels: [UInt64: String] = [:]
        for row in rows {
            guard let sequence = row["sequence"]?.integer else { continue }
            labels[UInt64(sequence)] = row["label"]?.string
        }
        return labels
    }

    // MARK: Nothing in clear

    private func expectNothingInClear(_ outbox: [JSONValue]) throws {
        var texts: Set<String> = []
        for line in play.said { texts.formUnion(SaidInConfidence.texts(in: line)) }
        for manifest in outbox {
            for field in manifest["fields"]?.members ?? [] {
                guard Self.secretFields.contains(field.name), let text = field.value.string else {
                    continue
                }
                texts.insert(text.split(separator: "?token=").last.map(String.init) ?? text)
            }
        }
        let log = try Data(store.reader.lines().joinedBytes())
        let found = String(decoding: log, as: UTF8.self).lowercased()
        for text in texts where text.count > 5 && found.contains(Self.wanted(text)) {
            throw Unexpected("\(text) stands in the log in clear")
        }
    }

    /// Six digits stand in many a number; a code would stand by itself.
    private static func wanted(_ text: String) -> String {
        let isCode = text.count == 6 && text.allSatisfy(\.isNumber)
        return isCode ? "\"\(text)\"" : text.lowercased()
    }

    private static let secretFields: Set<String> = [
        "activationCode", "invitationLink", "confirmationLink", "temporaryPassword", "resetLink",
    ]
}

extension LogLines {
    fileprivate func joinedBytes() throws -> [UInt8] {
        var lines = self
        var bytes: [UInt8] = []
        while let line = try lines.next() { bytes += line.bytes }
        return bytes
    }
}
