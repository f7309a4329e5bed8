import EventLine
import FHIRBulk
import Foundation
import Testing

private let names = ["Patient", "RelatedPerson", "Encounter"]

@Suite struct SamplePopulationTests {
    private let scratch: Scratch
    private let counts: SamplePopulation.Counts
    private var patients: [FHIRPatient] = []
    private var relatedPersons: [FHIRRelatedPerson] = []
    private var encounters: [FHIREncounter] = []

    init() throws {
        scratch = try Scratch()
        counts = try SamplePopulation().write(to: scratch.directory)
        for name in names {
            for line in try lines(ofFile: scratch.path(name + ".ndjson")) {
                switch line {
                case .patient(let patient): patients.append(patient)
                case .relatedPerson(let person): relatedPersons.append(person)
                case .encounter(let encounter): encounters.append(encounter)
                case .skipped(let skipped): Issue.record("\(skipped)")
                }
            }
        }
    }

    @Test func `every line is read back`() {
        #expect(patients.count == 300)
        #expect(counts.patients == patients.count)
        #expect(counts.relatedPersons == relatedPersons.count)
        #expect(counts.encounters == encounters.count)
    }

    @Test func `the same seed gives the same bytes and another gives others`() throws {
        let same = try Scratch()
        let other = try Scratch()
        try SamplePopulation().write(to: same.directory)
        try SamplePopulation(seed: 2).write(to: other.directory)
        for name in names.map({ $0 + ".ndjson" }) {
            #expect(try scratch.bytes(name) == same.bytes(name))
            #expect(try scratch.bytes(name) != other.bytes(name))
        }
    }

    @Test func `the default sample is the one it always was`() throws {
        let checksums = try names.map {
            String(CRC32C.checksum(Array(try scratch.bytes($0 + ".ndjson"))), radix: 16)
        }
        #expect(checksums == ["4a58061a", "e63c6fbc", "a75a0dd3"])
    }

    @Test func `ids are unique and references lead to a patient`() {
        let ids = Set(patients.map(\.id))
        #expect(ids.count == patients.count)
        #expect(Set(encounters.map(\.id)).count == encounters.count)
        #expect(Set(patients.map(\.patientIdNumber)).count == patients.count)
        #expect(
            (relatedPersons.map(\.patientID) + encounters.map(\.patientID)).allSatisfy(ids.contains)
        )
    }

    @Test func `addresses cannot be anybody's`() {
        let emails = patients.compactMap(\.email) + relatedPersons.compactMap(\.email)
        #expect(emails.allSatisfy { $0.contains(/^[a-z.0-9]+@example\.(org|com)$/) })
        let phones = patients.compactMap(\.phone) + relatedPersons.compactMap(\.phone)
        #expect(phones.allSatisfy { $0.contains(/^555-01[0-9]{2}$/) })
    }

    @Test func `it has what a portal meets`() throws {
        let adultBorn = try #require(LocalDate("2008-01-01"))
        let guarded = Set(relatedPersons.map(\.patientID))
        let children = patients.filter { $0.birthDate > adultBorn }
        #expect((30...80).contains(children.count))
        #expect(children.allSatisfy { guarded.contains($0.id) })
        #expect((5...30).contains(patients.count(where: \.deceased)))
        #expect((20...90).contains(patients.count { $0.email == nil }))
        #expect((3 * 300...5 * 300).contains(encounters.count))
        #expect(encounters.contains { !$0.finished })
        #expect(Set(encounters.map(\.visitDate)).count > 300)
    }
}
