import FHIRBulk
import Foundation
import Testing

/// Bulk files made by Synthea. They stand beside the package, not in it, so a clone elsewhere
/// skips these tests; `tools/test` shows them as skipped.
private let sharedData = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("shared/data/fhir").path
private let isThere = FileManager.default.fileExists(atPath: sharedData)

@Suite(.enabled(if: isThere, "needs ../shared/data/fhir beside the package"))
struct SharedDataTests {
    @Test(arguments: [("large/Patient", 1144), ("small/Patient", 13)])
    func `every patient that Synthea made is read`(file: String, count: Int) throws {
        let found = try lines(ofFile: "\(sharedData)/\(file).ndjson")
        let patients = found.compactMap { line in
            if case .patient(let patient) = line { patient } else { nil }
        }
        #expect(patients.count == count)
        #expect(found.count == count)
        #expect(patients.allSatisfy { $0.phone != nil && $0.patientIdNumber == $0.id })
        let deceased = patients.count(where: \.deceased)
        #expect(deceased == (count == 13 ? 3 : 144))
    }

    @Test func `every visit that Synthea made is read`() throws {
        let found = try lines(ofFile: "\(sharedData)/small/Encounter.ndjson")
        let encounters = found.compactMap { line in
            if case .encounter(let encounter) = line { encounter } else { nil }
        }
        #expect(encounters.count == 1215)
        #expect(found.count == 1215)
        #expect(encounters.count(where: \.finished) == 1215)
    }
}
