import EventLine
import Foundation
import PortalAccess
import Testing

@testable import PortalService

/// Bulk files made by Synthea. They stand beside the package, not in it, so a clone elsewhere
/// skips these tests; `tools/test` shows them as skipped.
private let sharedData = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("shared/data/fhir").path
private let isThere = FileManager.default.fileExists(atPath: sharedData)

@Suite(.opensStores, .enabled(if: isThere, "needs ../shared/data/fhir beside the package"))
struct SharedImportTests {
    @Test func `everybody whom Synthea made and all their visits are imported once`() async throws {
        let house = try await House()
        let paths = ["Encounter", "Patient"].map { "\(sharedData)/small/\($0).ndjson" }
        let before = house.store.head
        let (report, skipped) = try await house.importing(paths: paths)
        #expect(skipped == [])
        #expect(report.resources["Patient"]?.imported == 13)
        #expect(report.resources["Encounter"]?.imported == 1215)
        // Three of the thirteen have died.
        #expect(report.events == 13 + 3 + 1215)
        #expect(house.store.head == before + UInt64(report.events))
        expectSums(report, skipped, house)
        try await expectNothingMore(house, paths)
    }

    @Test func `a large file of patients is imported once`() async throws {
        let house = try await House()
        let paths = ["\(sharedData)/large/Patient.ndjson"]
        let (report, skipped) = try await house.importing(paths: paths)
        #expect(skipped == [])
        #expect(report.resources["Patient"]?.imported == 1144)
        #expect(report.events == 1144 + 144)
        expectSums(report, skipped, house)
        try await expectNothingMore(house, paths)
    }

    private func expectNothingMore(_ house: House, _ paths: [String]) async throws {
        let head = house.store.head
        let (again, skipped) = try await house.importing(paths: paths)
        #expect(skipped == [])
        #expect(again.events == 0)
        #expect(again.resources.values.allSatisfy { $0.alreadyPresent == $0.read })
        #expect(house.store.head == head)
    }
}
