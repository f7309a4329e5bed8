import EventLine

/// An invented visit.
struct SampleVisit {
    private let id: String
    private let day: LocalDate
    private let hour: Int
    private let minute: Int
    private let status: String

    init(on day: LocalDate, random: inout SplitMix64) {
        id = randomID(&random)
        self.day = day
        // Evening hours too: there the date in UTC is the next one already.
        hour = random.chance(of: 90) ? random.number(in: 8...17) : random.number(in: 20...22)
        minute = random.number(in: 0...11) * 5
        status =
            random.chance(of: 88)
            ? "finished" : random.element(of: ["cancelled", "in-progress", "planned"])
    }

    func resource(patientID: String) -> JSONValue {
        let kind: JSONValue = [
            "system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "AMB",
        ]
        var period = [JSONMember("start", .string(moment(hour: hour)))]
        if status == "finished" {
            period.append(JSONMember("end", .string(moment(hour: hour + 1))))
        }
        return [
            "resourceType": "Encounter", "id": .string(id), "status": .string(status),
            "class": kind, "subject": ["reference": .string("Patient/\(patientID)")],
            "period": .object(period),
        ]
    }

    private func moment(hour: Int) -> String {
        let clock = [hour, minute].map { $0 < 10 ? "0\($0)" : "\($0)" }.joined(separator: ":")
        return "\(day)T\(clock):00\(Self.offset(on: day))"
    }

    /// The offset of New York, near enough: summer time from April to October.
    static func offset(on day: LocalDate) -> String {
        (4...10).contains(day.parts.month) ? "-04:00" : "-05:00"
    }
}
