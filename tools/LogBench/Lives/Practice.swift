internal import EventLine
internal import EventLog
internal import Foundation
internal import PersonalData
internal import PortalAccess
internal import PortalEvents
internal import PortalService

/// The organisation to which all generated clients come: it stands in the store as the domain has
/// written it, with its staff, roles and templates.
struct Practice: Sendable {
    let directory: String
    /// What scripts may call by name.
    let names: [String: String]
    /// The ids of staff, who are given to lives in turn.
    let staff: [String]
    /// Ids and digests that belong to nobody's life.
    let sharedWords: Set<String>
    /// The last event that is its own.
    let lastSequence: UInt64
    /// How many events each stream has.
    let streams: [String: Int]

    private static let staffCount = 24
    /// Founds it in an empty directory.
    static func found(at directory: String, script: LifeScript) async throws -> Practice {
        let place = DataDirectory(directory)
        try Store.create(at: place)
        var configuration = try StoreConfiguration.load(from: place)
        // Lives are played with real passwords; nobody is kept out by them.
        configuration.passwordCost = 4
        try configuration.save(to: place)
        let administrator = try await register(at: place)
        var names = ["admin": administrator]
        let command = CommandDescription.all.first { $0.name == "CreateLetterTemplateBase" }
        names["wordFile"] = command?.example["wordFile"]?.canonicalText
        var stage = try await LifeStage(directory: directory, knowing: names)
        let hiring = hiring(of: staffCount)
        try await stage.play(hiring) {}
        let staff = (0..<staffCount).compactMap { stage.values["staff\($0)"] }
        for (name, number) in [("desk", 0), ("nurse", 1), ("doctor", 2), ("visitor", staffCount)] {
            stage.rename("staff\(number)", name)
        }
        try await stage.play(script) {}
        try stage.close()
        return try Practice(directory, stage.values, staff)
    }

    private init(_ directory: String, _ names: [String: String], _ staff: [String]) throws {
        var words: Set<String> = []
        var streams: [String: Int] = [:]
        var last: UInt64 = 0
        for line in try RecordedLine.read(directory, after: 0) {
            words.formUnion(line.words)
            for place in line.event.envelope.streams {
                streams[place.stream.text] = place.version
            }
            last = line.event.envelope.sequence
        }
        self.directory = directory
        self.names = names
        self.staff = staff
        sharedWords = words
        self.streams = streams
        lastSequence = last
    }

    private static func register(at place: DataDirectory) async throws -> String {
        let store = try Store.open(at: place, clock: .standing(at: LifeStage.start))
        let input: JSONValue = [
            "name": "Riverside Care", "timeZone": .string(LifeStage.timeZone),
        ]
        let desk = try CommandDesk(store: store)
        let reply = try await desk.run(CommandRequest("RegisterOrganisation", input: input))
        try store.close()
        guard let staff = reply.json["ids"]?["staffId"]?.string else {
            throw UsageError("no organisation could be founded: \(reply.json.canonicalText)")
        }
        return staff
    }

    /// Staff who may do everything, and one who may do nothing.
    private static func hiring(of count: Int) -> LifeScript {
        var steps: [LifeScript.Step] = []
        for number in 0...count {
            var step = LifeScript.Step(day: 0, minute: 240)
            step.actor = "admin"
            step.command = "AddStaffMember"
            step.input = """
                {"name":"Member \(number)","email":"member\(number)@riverside.example"}
                """
            step.renamings = [("staff\(number)", "staffId")]
            steps.append(step)
            for permission in number < count ? Permission.allCases.map(\.rawValue) : [] {
                step.command = "GrantStaffPermission"
                step.input = #"{"staffId":"$staff\#(number)","permission":"\#(permission)"}"#
                step.renamings = []
                steps.append(step)
            }
        }
        return LifeScript(name: "hiring", share: 0, steps: steps)
    }
}
