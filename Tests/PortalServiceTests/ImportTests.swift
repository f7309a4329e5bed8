import EventLine
import Foundation
import PortalAccess
import Synchronization
import Testing

@testable import PortalService

/// Importing FHIR bulk files.
@Suite(.opensStores) struct ImportTests {
    @Test func `lines that cannot be read are named and stop nothing`() async throws {
        let house = try await House()
        let lines: [[UInt8]] = [
            patient("a", number: "1"), Array("{\"resourceType\":".utf8),
            Array(#"{"resourceType":"Patient","id":""#.utf8) + [0xff, 0xfe] + Array("\"}".utf8),
            Array(#"{"resourceType":"Patient","name":[{"family":"X","given":["Y"]}]}"#.utf8),
            Array(#"{"resourceType":"Observation","id":"o"}"#.utf8),
            encounter("e1", of: "nobody"), patient("b", number: "2"), encounter("e2", of: "b"),
        ]
        let (report, skipped) = try await house.importing([lines])
        #expect(skipped.map(\.line).sorted() == [2, 3, 4, 5, 6])
        #expect(skipped.allSatisfy { !$0.reason.isEmpty })
        #expect(report.resources["Patient"]?.imported == 2)
        #expect(report.resources["Encounter"]?.imported == 1)
        #expect(try await house.result("ClientList").array?.count == 2)
        expectSums(report, skipped, house)
    }

    @Test func `visits may stand before the patients they belong to`() async throws {
        let house = try await House()
        let lines = [
            encounter("e1", of: "a"), patient("a", number: "1"), encounter("e2", of: "a"),
        ]
        let (report, skipped) = try await house.importing([lines])
        #expect(skipped == [])
        #expect(report.resources["Encounter"]?.imported == 2)
        expectSums(report, skipped, house)
    }

    @Test func `visits may stand in a file before that of the patients`() async throws {
        let house = try await House()
        let files = [[encounter("e1", of: "a")], [patient("a", number: "1")]]
        let (report, skipped) = try await house.importing(files)
        #expect(skipped == [])
        #expect(report.events == 2)
    }

    @Test func `a second patient with the same number is named`() async throws {
        let house = try await House()
        let lines = [patient("a", number: "1"), patient("b", number: "1")]
        let (report, skipped) = try await house.importing([lines])
        #expect(skipped.map(\.line) == [2])
        #expect(skipped.first?.reason.contains("Patient ID number") == true)
        #expect(report.resources["Patient"]?.imported == 1)
    }

    @Test func `a number that a client of the house has is named`() async throws {
        let house = try await House()
        _ = try await house.client("1")
        let (_, skipped) = try await house.importing([[patient("a", number: "N-1")]])
        #expect(skipped.map(\.line) == [1])
    }

    @Test func `a patient who stands there twice is imported once`() async throws {
        let house = try await House()
        let lines = [patient("a", number: "1"), patient("a", number: "1")]
        let (report, skipped) = try await house.importing([lines])
        #expect(skipped == [])
        #expect(report.resources["Patient"]?.imported == 1)
        #expect(report.resources["Patient"]?.alreadyPresent == 1)
    }

    @Test func `a second import adds nothing, also after a restart`() async throws {
        let house = try await House()
        let lines = [patient("a", number: "1"), encounter("e1", of: "a")]
        _ = try await house.importing([lines])
        let head = house.store.head
        try await house.reopen()
        let (report, skipped) = try await house.importing([lines])
        #expect(skipped == [])
        #expect(report.events == 0)
        #expect(report.resources.values.map(\.alreadyPresent) == [1, 1])
        #expect(house.store.head == head)
    }

    @Test func `an import into another organisation brings the same people there`() async throws {
        let house = try await House()
        let lines = [patient("a", number: "1")]
        _ = try await house.importing([lines])
        let other = try await house.secondOrganisation()
        let (report, _) = try await house.importing([lines], into: other)
        #expect(report.resources["Patient"]?.imported == 1)
    }

    @Test func `the deceased and the inactive are so here too`() async throws {
        let house = try await House()
        let lines = [
            patient("a", number: "1", more: #","deceasedBoolean":true"#),
            patient("b", number: "2", more: #","active":false"#),
        ]
        let (report, skipped) = try await house.importing([lines])
        #expect(skipped == [])
        #expect(report.events == 4)
        var statuses: Set<JSONValue> = []
        for id in try await house.clientIDs() {
            let state = try await house.result("PatientUserState", ["clientId": .uuid(id)])
            statuses.insert(state["recordStatus"] ?? .null)
        }
        #expect(statuses == ["deceased", "inactive"])
    }

    private func patient(_ id: String, number: String, more: String = "") -> [UInt8] {
        let text = """
            {"resourceType":"Patient","id":"\(id)","identifier":[{"type":{"coding":[{"code":"MR"}]},\
            "value":"\(number)"}],"name":[{"family":"Lane","given":["Ada"]}],\
            "birthDate":"1980-02-29"\(more)}
            """
        return Array(text.utf8)
    }

    private func encounter(_ id: String, of patient: String) -> [UInt8] {
        let text = """
            {"resourceType":"Encounter","id":"\(id)","status":"finished",\
            "subject":{"reference":"Patient/\(patient)"},"period":{"start":"2026-01-05T10:00:00Z"}}
            """
        return Array(text.utf8)
    }
}

/// Counts that do not add up hide a lost line.
func expectSums(_ report: FHIRImportReport, _ skipped: [FHIRImportReport.Skipped], _ house: House) {
    for (resource, counts) in report.resources {
        let sum = counts.imported + counts.alreadyPresent + counts.skipped
        #expect(counts.read == sum, "\(resource)")
    }
    #expect(report.resources.values.map(\.skipped).reduce(0, +) == skipped.count)
    #expect(report.sequence == house.store.head)
}

extension House {
    /// Imports files of these lines.
    func importing(
        _ files: [[[UInt8]]],
        into other: UniqueID? = nil
    ) async throws -> (FHIRImportReport, [FHIRImportReport.Skipped]) {
        let paths = try files.enumerated().map { number, lines in
            let path = "\(directory.path).\(number).ndjson"
            try Data(lines.joined(separator: [0x0a])).write(to: URL(fileURLWithPath: path))
            return path
        }
        return try await importing(paths: paths, into: other)
    }

    func importing(
        paths: [String],
        into other: UniqueID? = nil
    ) async throws -> (FHIRImportReport, [FHIRImportReport.Skipped]) {
        let skipped = Skips()
        let desk = try CommandDesk(store: store)
        try await desk.start()
        let report = try await FHIRImport(into: other ?? organisation, desk: desk) { line in
            skipped.lines.withLock { $0.append(line) }
        }.run(paths)
        session = try await BatchSession(desk: CommandDesk(store: store))
        return (report, skipped.lines.withLock { $0 })
    }

    func clientIDs() async throws -> [UniqueID] {
        try (try await result("ClientList").array ?? []).map { try $0.requiredID("clientId") }
    }
}

private final class Skips: Sendable {
    let lines = Mutex<[FHIRImportReport.Skipped]>([])
}
