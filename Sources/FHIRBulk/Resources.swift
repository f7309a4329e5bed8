public import EventLine

/// What is taken of a FHIR R4 Patient.
public struct FHIRPatient: Hashable, Sendable {
    /// The resource's logical id.
    public let id: String
    /// The identifier of type MR, else the first identifier, else the id.
    public let patientIdNumber: String
    /// The family name, of the official name or else of the first.
    public let family: String
    /// All given names of the same name, with spaces between.
    public let given: String
    /// The date of birth.
    public let birthDate: LocalDate
    /// The preferred email address that is still in use.
    public let email: String?
    /// The preferred telephone number that is still in use.
    public let phone: String?
    /// Whether the patient has died.
    public let deceased: Bool
    /// Whether the record is in active use, where it says so.
    public let active: Bool?
}

/// What is taken of a FHIR R4 RelatedPerson.
public struct FHIRRelatedPerson: Hashable, Sendable {
    /// The resource's logical id.
    public let id: String
    /// The logical id of the patient.
    public let patientID: String
    /// The name in one piece.
    public let name: String
    /// The preferred email address that is still in use.
    public let email: String?
    /// The preferred telephone number that is still in use.
    public let phone: String?
    /// What the person is to the patient: the text, else the display or the code of the first.
    public let relationship: String?
}

/// What is taken of a FHIR R4 Encounter.
public struct FHIREncounter: Hashable, Sendable {
    /// The resource's logical id.
    public let id: String
    /// The status as it is written, such as `finished` or `planned`.
    public let status: String
    /// The logical id of the patient.
    public let patientID: String
    /// The date on which it began, in the local time of the place as it is written.
    public let visitDate: LocalDate

    /// Whether the visit is over.
    public var finished: Bool { status == "finished" }
}
