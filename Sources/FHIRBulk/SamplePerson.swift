import EventLine

/// An invented name with its addresses.
struct SamplePerson {
    let id: String
    let family: String
    let given: String
    let telecom: [JSONValue]

    init(family: String, given: String, number: Int, random: inout SplitMix64) {
        id = randomID(&random)
        self.family = family
        self.given = given
        var telecom: [JSONValue] = []
        if random.chance(of: 92) {
            let line = String(100 + random.number(in: 0...99))
            telecom.append([
                "system": "phone", "value": .string("555-0\(line)"),
                "use": .string(random.chance(of: 60) ? "mobile" : "home"),
            ])
        }
        if random.chance(of: 82) {
            let domain = random.chance(of: 50) ? "example.org" : "example.com"
            let local = "\(given).\(family)\(number + 1)".lowercased()
            telecom.append([
                "system": "email", "value": .string("\(local)@\(domain)"), "use": "home",
            ])
        }
        self.telecom = telecom
    }

    func name(use: String) -> JSONValue {
        ["use": .string(use), "family": .string(family), "given": [.string(given)]]
    }
}

/// Somebody who belongs to an invented patient.
struct SampleRelative {
    enum Kind {
        case mother
        case father
        case spouse
    }

    let person: SamplePerson
    let kind: Kind

    func resource(patientID: String) -> JSONValue {
        var members: [JSONMember] = [
            JSONMember("resourceType", "RelatedPerson"), JSONMember("id", .string(person.id)),
            JSONMember("active", true),
            JSONMember("patient", ["reference": .string("Patient/\(patientID)")]),
            JSONMember("relationship", [relationship]),
            JSONMember("name", [person.name(use: "official")]),
        ]
        if !person.telecom.isEmpty { members.append(JSONMember("telecom", .array(person.telecom))) }
        return .object(members)
    }

    private var relationship: JSONValue {
        let (code, text): (JSONValue, JSONValue) =
            switch kind {
            case .mother: ("MTH", "mother")
            case .father: ("FTH", "father")
            case .spouse: ("SPS", "spouse")
            }
        let coding: JSONValue = [
            "system": "http://terminology.hl7.org/CodeSystem/v3-RoleCode", "code": code,
            "display": text,
        ]
        return ["coding": [coding], "text": text]
    }
}

/// A random id in the form of a version 4 UUID.
func randomID(_ random: inout SplitMix64) -> String {
    let high = random.next() & ~0xf000 | 0x4000
    let low = random.next() & 0x3fff_ffff_ffff_ffff | 0x8000_0000_0000_0000
    return UniqueID(high: high, low: low).description
}
