public import EventLine
import Foundation

/// Invented patients, related persons and visits as FHIR R4 bulk files, to try things out with.
///
/// The same seed, count and day give the same bytes on every machine. Nobody in it exists:
/// names are put together from small lists, addresses end in `example.org` or `example.com`,
/// and numbers are from `555-01xx`, which is kept free for fiction.
public struct SamplePopulation: Sendable {
    /// What the random numbers start from.
    public let seed: UInt64
    /// How many patients.
    public let patientCount: Int
    /// The day up to which they live and visit.
    public let lastDay: LocalDate

    /// 2026-01-01, taken where no day is given, so that a default sample never changes.
    public static let defaultLastDay = LocalDate.epoch.adding(days: 20_454)

    /// A population of this size, at least none.
    public init(
        seed: UInt64 = 1,
        patientCount: Int = 300,
        lastDay: LocalDate = defaultLastDay
    ) {
        self.seed = seed
        self.patientCount = max(0, patientCount)
        self.lastDay = lastDay
    }

    /// How many resources of each type were written.
    public struct Counts: Hashable, Sendable {
        /// Lines of `Patient.ndjson`.
        public internal(set) var patients = 0
        /// Lines of `RelatedPerson.ndjson`.
        public internal(set) var relatedPersons = 0
        /// Lines of `Encounter.ndjson`.
        public internal(set) var encounters = 0
    }

    /// Writes `Patient.ndjson`, `RelatedPerson.ndjson` and `Encounter.ndjson` into a directory,
    /// which is created if need be. Files of these names are replaced.
    @discardableResult
    public func write(to directory: String) throws(SampleWriteError) -> Counts {
        do {
            return try writeFiles(in: URL(fileURLWithPath: directory, isDirectory: true))
        } catch {
            throw SampleWriteError(directory: directory, reason: error.localizedDescription)
        }
    }

    private func writeFiles(in directory: URL) throws -> Counts {
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        let patients = try SampleFile(directory, "Patient")
        let relatedPersons = try SampleFile(directory, "RelatedPerson")
        let encounters = try SampleFile(directory, "Encounter")
        var random = SplitMix64(seed: seed)
        for index in 0..<patientCount {
            let household = SampleHousehold(index: index, lastDay: lastDay, random: &random)
            try patients.write([household.patientResource])
            try relatedPersons.write(household.relatedPersonResources)
            try encounters.write(household.encounterResources)
        }
        return Counts(
            patients: try patients.finish(),
            relatedPersons: try relatedPersons.finish(),
            encounters: try encounters.finish()
        )
    }
}

/// The sample could not be written.
public struct SampleWriteError: Error, Hashable, CustomStringConvertible {
    /// Where it was to be written.
    public let directory: String
    /// What the operating system said.
    public let reason: String

    /// Where and why.
    public var description: String { "the sample cannot be written to \(directory): \(reason)" }
}

/// One NDJSON file, written in pieces of a few hundred kilobytes.
private final class SampleFile {
    private let file: FileHandle
    private var pending: [UInt8] = []
    private var count = 0
    private static let pendingByteCountMax = 256 << 10

    init(_ directory: URL, _ name: String) throws {
        let url = directory.appendingPathComponent(name + ".ndjson")
        try Data().write(to: url)
        file = try FileHandle(forWritingTo: url)
    }

    func write(_ resources: [JSONValue]) throws {
        for resource in resources {
            pending += resource.canonicalBytes
            pending.append(0x0a)
        }
        count += resources.count
        if pending.count > Self.pendingByteCountMax { try flush() }
    }

    /// Answers how many resources were written.
    func finish() throws -> Int {
        try flush()
        try file.close()
        return count
    }

    private func flush() throws {
        try file.write(contentsOf: Data(pending))
        pending.removeAll(keepingCapacity: true)
    }
}
