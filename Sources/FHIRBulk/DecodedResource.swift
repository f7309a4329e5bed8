import EventLine

/// Why a resource that is valid JSON is not used.
struct UnusableResource: Error {
    let reason: String

    init(_ reason: String) { self.reason = reason }
}

/// One resource of any type, decoded in one go.
struct DecodedResource: Decodable {
    let line: BulkLine

    private enum Keys: String, CodingKey {
        case resourceType
    }

    init(from decoder: any Decoder) throws {
        let type = try decoder.container(keyedBy: Keys.self)
            .decode(String.self, forKey: .resourceType)
        line =
            switch type {
            case "Patient": .patient(try PatientResource(from: decoder).patient())
            case "RelatedPerson":
                .relatedPerson(try RelatedPersonResource(from: decoder).relatedPerson())
            case "Encounter": .encounter(try EncounterResource(from: decoder).encounter())
            default: throw UnusableResource("resources of type \(type) are not imported")
            }
    }
}

private struct PatientResource: Decodable {
    let id: String?
    let active: Bool?
    let identifier: [Identifier]?
    let name: [HumanName]?
    let telecom: [ContactPoint]?
    let birthDate: String?
    let deceasedBoolean: Bool?
    let deceasedDateTime: String?

    func patient() throws -> FHIRPatient {
        let id = try resourceID(id)
        guard let name = HumanName.preferred(of: name) else {
            throw UnusableResource("name is missing")
        }
        guard let family = name.family.content else {
            throw UnusableResource("the name has no family name")
        }
        guard let given = name.givenNames else {
            throw UnusableResource("the name has no given name")
        }
        return FHIRPatient(
            id: id,
            patientIdNumber: Identifier.patientIdNumber(of: identifier ?? []) ?? id,
            family: family,
            given: given,
            birthDate: try date(birthDate, "birthDate"),
            email: ContactPoint.preferred("email", of: telecom),
            phone: ContactPoint.preferred("phone", of: telecom),
            deceased: deceasedBoolean ?? (deceasedDateTime.content != nil),
            active: active
        )
    }
}

private struct RelatedPersonResource: Decodable {
    let id: String?
    let patient: Reference?
    let name: [HumanName]?
    let telecom: [ContactPoint]?
    let relationship: [CodeableConcept]?

    func relatedPerson() throws -> FHIRRelatedPerson {
        guard let name = HumanName.preferred(of: name)?.inOnePiece else {
            throw UnusableResource("name is missing")
        }
        return FHIRRelatedPerson(
            id: try resourceID(id),
            patientID: try patientID(patient, "patient"),
            name: name,
            email: ContactPoint.preferred("email", of: telecom),
            phone: ContactPoint.preferred("phone", of: telecom),
            relationship: relationship?.lazy.compactMap(\.words).first
        )
    }
}

private struct EncounterResource: Decodable {
    struct Period: Decodable {
        let start: String?
    }

    let id: String?
    let status: String?
    let subject: Reference?
    let period: Period?

    func encounter() throws -> FHIREncounter {
        guard let status = status.content else { throw UnusableResource("status is missing") }
        return FHIREncounter(
            id: try resourceID(id),
            status: status,
            patientID: try patientID(subject, "subject"),
            visitDate: try dayOf(period?.start, "period.start")
        )
    }
}

private func resourceID(_ id: String?) throws(UnusableResource) -> String {
    guard let id = id.content else { throw UnusableResource("id is missing") }
    guard isLogicalID(id) else { throw UnusableResource("id is not a FHIR id: '\(id)'") }
    return id
}

private func patientID(
    _ reference: Reference?,
    _ field: String
) throws(UnusableResource) -> String {
    guard let text = reference?.reference.content else {
        throw UnusableResource("\(field) names no patient")
    }
    guard let id = Reference.patientID(in: text) else {
        throw UnusableResource("\(field) is not a reference to a patient: '\(text)'")
    }
    return id
}

private func date(_ text: String?, _ field: String) throws(UnusableResource) -> LocalDate {
    guard let text = text.content else { throw UnusableResource("\(field) is missing") }
    guard let date = LocalDate(text) else {
        let isPartial = text.utf8.count == 4 || text.utf8.count == 7
        throw UnusableResource(
            isPartial
                ? "\(field) is only a part of a date: '\(text)'"
                : "\(field) is not a date: '\(text)'"
        )
    }
    return date
}

/// The calendar day of a date or date-time as it is written, whatever the offset behind it.
private func dayOf(_ text: String?, _ field: String) throws(UnusableResource) -> LocalDate {
    guard let text = text.content, text.utf8.count > 10 else { return try date(text, field) }
    guard Instant(rfc3339: text) != nil, let day = LocalDate(text.prefix(10)) else {
        throw UnusableResource("\(field) is not a date and time: '\(text)'")
    }
    return day
}
