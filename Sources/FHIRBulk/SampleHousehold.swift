import EventLine

/// One invented patient with those who belong to them and their visits.
struct SampleHousehold {
    private let patient: SamplePerson
    private let recordNumber: String
    private let isFemale: Bool
    private let birthDate: LocalDate
    private let deathDate: LocalDate?
    private let relatives: [SampleRelative]
    private let visits: [SampleVisit]

    init(index: Int, lastDay: LocalDate, random: inout SplitMix64) {
        let isFemale = random.chance(of: 51)
        let family = random.element(of: SampleNames.family)
        patient = SamplePerson(
            family: family,
            given: random.element(of: isFemale ? SampleNames.female : SampleNames.male),
            number: index,
            random: &random
        )
        recordNumber = "MR-\(100_001 + index)"
        self.isFemale = isFemale
        // One in six is a child.
        let isChild = random.chance(of: 17)
        let age = random.number(in: isChild ? 30...6500 : 6600...33_000)
        birthDate = lastDay.adding(days: -age)
        let isDeceased = !isChild && random.chance(of: 5)
        deathDate = isDeceased ? lastDay.adding(days: -random.number(in: 1...700)) : nil
        relatives = Self.relatives(family: family, index: index, isChild: isChild, random: &random)
        let firstDay = max(birthDate, lastDay.adding(days: -1100))
        visits = Self.visits(from: firstDay, to: deathDate ?? lastDay, random: &random)
    }

    private static func relatives(
        family: String,
        index: Int,
        isChild: Bool,
        random: inout SplitMix64
    ) -> [SampleRelative] {
        // A child has one or two parents; a few adults have somebody who helps them.
        let kinds: [SampleRelative.Kind] =
            isChild
            ? (random.chance(of: 60) ? [.mother, .father] : [.mother])
            : (random.chance(of: 8) ? [.spouse] : [])
        return kinds.map { kind in
            let names = kind == .father ? SampleNames.male : SampleNames.female
            let person = SamplePerson(
                family: random.chance(of: 80) ? family : random.element(of: SampleNames.family),
                given: random.element(of: names),
                number: index,
                random: &random
            )
            return SampleRelative(person: person, kind: kind)
        }
    }

    private static func visits(
        from firstDay: LocalDate,
        to lastDay: LocalDate,
        random: inout SplitMix64
    ) -> [SampleVisit] {
        let dayCount = lastDay.daysSinceEpoch - firstDay.daysSinceEpoch
        var days: Set<Int> = []
        for _ in 0..<random.number(in: 2...6) {
            days.insert(random.number(in: 0...max(0, dayCount)))
        }
        return days.sorted().map { SampleVisit(on: firstDay.adding(days: $0), random: &random) }
    }

    var patientResource: JSONValue {
        var members: [JSONMember] = [
            JSONMember("resourceType", "Patient"), JSONMember("id", .string(patient.id)),
            JSONMember("active", .bool(deathDate == nil)),
            JSONMember("identifier", [recordIdentifier]),
            JSONMember("name", [patient.name(use: "official")]),
        ]
        if !patient.telecom.isEmpty {
            members.append(JSONMember("telecom", .array(patient.telecom)))
        }
        members.append(JSONMember("gender", .string(isFemale ? "female" : "male")))
        members.append(JSONMember("birthDate", .string("\(birthDate)")))
        if let deathDate {
            let moment = "\(deathDate)T04:30:00\(SampleVisit.offset(on: deathDate))"
            members.append(JSONMember("deceasedDateTime", .string(moment)))
        }
        return .object(members)
    }

    private var recordIdentifier: JSONValue {
        let coding: JSONValue = [
            "system": "http://terminology.hl7.org/CodeSystem/v2-0203", "code": "MR",
        ]
        return [
            "type": ["coding": [coding], "text": "Medical Record Number"],
            "system": "http://records.example.org", "value": .string(recordNumber),
        ]
    }

    var relatedPersonResources: [JSONValue] { relatives.map { $0.resource(patientID: patient.id) } }

    var encounterResources: [JSONValue] { visits.map { $0.resource(patientID: patient.id) } }
}
