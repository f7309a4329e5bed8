package import EventLine
import EventLog
import FHIRBulk
import PersonalData
import PortalAccess
import PortalEvents

/// Imports FHIR R4 bulk files: patients become clients, related persons their representatives,
/// encounters their visits.
///
/// A file may be of any size: it is read line by line, twice, since visits may stand before the
/// patients they belong to. What was imported before is recognised by the keyed digest of its
/// FHIR reference, so a second run adds nothing.
package struct FHIRImport: Sendable {
    private let desk: CommandDesk
    private let organisation: UniqueID
    private let skipped: @Sendable (FHIRImportReport.Skipped) -> Void

    /// So many commands share one transaction of the vault, and mostly one of the log.
    private static let batchCount = 256

    /// Encounter statuses of visits that did not, or not yet, take place.
    private static let notVisits: Set<String> = ["planned", "cancelled", "entered-in-error"]

    /// An import into an organisation. `skipped` is told of each line that was not imported.
    package init(
        into organisation: UniqueID,
        desk: CommandDesk,
        skipped: @escaping @Sendable (FHIRImportReport.Skipped) -> Void
    ) {
        self.organisation = organisation
        self.desk = desk
        self.skipped = skipped
    }

    /// Imports files, in their order.
    package func run(_ paths: [String]) async throws(ServiceError) -> FHIRImportReport {
        var report = FHIRImportReport()
        for pass in Pass.allCases {
            for path in paths { try await run(path, pass, &report) }
        }
        report.sequence = desk.store.head
        return report
    }

    private enum Pass: CaseIterable {
        case patients
        case others
    }

    private func run(
        _ path: String,
        _ pass: Pass,
        _ report: inout FHIRImportReport
    ) async throws(ServiceError) {
        do {
            var reader = try BulkReader(path: path)
            var batch = Batch(path: path)
            while let line = try reader.next() {
                try await take(line, reader.lineNumber, pass, &batch, &report)
                if batch.items.count >= Self.batchCount { try await finish(&batch, &report) }
            }
            try await finish(&batch, &report)
        } catch let error as ServiceError {
            throw error
        } catch {
            throw ServiceError("\(error)")
        }
    }

    private func take(
        _ line: BulkLine,
        _ number: Int,
        _ pass: Pass,
        _ batch: inout Batch,
        _ report: inout FHIRImportReport
    ) async throws(ServiceError) {
        switch (line, pass) {
        case (.patient(let patient), .patients):
            report.count("Patient", \.read)
            let id = UniqueID(at: desk.store.clock.now, random: RandomSource.pair())
            var item = item("Patient", patient.id, number) { client(patient, id, $0) }
            item.newSubject = "client/\(id)"
            batch.items.append(item)
        case (.relatedPerson(let person), .others):
            report.count("RelatedPerson", \.read)
            try await append(
                "RelatedPerson",
                person.id,
                of: person.patientID,
                number,
                &batch,
                &report
            ) { representative(person, $0, $1) }
        case (.encounter(let encounter), .others):
            report.count("Encounter", \.read)
            guard !Self.notVisits.contains(encounter.status) else {
                let reason = "its status is \(encounter.status): no visit took place"
                skip(batch.path, number, reason, "Encounter", &report)
                return
            }
            try await append(
                "Encounter",
                encounter.id,
                of: encounter.patientID,
                number,
                &batch,
                &report
            ) { ImportEncounter(on: encounter.visitDate, of: $0, importDigest: $1) }
        case (.skipped(let line), .patients):
            skip(batch.path, line.line, line.reason, nil, &report)
        case (.patient, .others), (.relatedPerson, .patients), (.encounter, .patients),
            (.skipped, .others):
            break
        }
    }

    private struct Batch {
        let path: String
        var items: [Item] = []
    }

    private struct Item {
        let resource: String
        let line: Int
        let order: Order
        let claim: StreamName?
        /// Whose key has to be made.
        var newSubject: String?
    }

    private func append(
        _ resource: String,
        _ id: String,
        of patientID: String,
        _ line: Int,
        _ batch: inout Batch,
        _ report: inout FHIRImportReport,
        _ command: (_ client: UniqueID, _ digest: String) -> any Command
    ) async throws(ServiceError) {
        let digest = digest("Patient/\(patientID)")
        guard let stream = Claim("imported", digest).stream(of: organisation),
            let client = try await desk.client(of: stream, in: organisation)
        else {
            skip(batch.path, line, "its Patient/\(patientID) was not imported", resource, &report)
            return
        }
        batch.items.append(item(resource, id, line) { command(client, $0) })
    }

    private func item(
        _ resource: String,
        _ id: String,
        _ line: Int,
        _ command: (_ digest: String) -> any Command
    ) -> Item {
        let digest = digest("\(resource)/\(id)")
        let order = Order(
            command: command(digest),
            actor: .system("import"),
            organisation: organisation
        )
        return Item(
            resource: resource,
            line: line,
            order: order,
            claim: Claim("imported", digest).stream(of: organisation)
        )
    }

    private func finish(
        _ batch: inout Batch,
        _ report: inout FHIRImportReport
    ) async throws(ServiceError) {
        try makeKeys(batch)
        let outcomes = try await desk.runAll(batch.items.map { ($0.order, $0.claim) })
        for (item, outcome) in zip(batch.items, outcomes) {
            switch outcome {
            case .alreadyThere: report.count(item.resource, \.alreadyPresent)
            case .written(let events):
                report.count(item.resource, \.imported)
                report.events += events
            case .refused(let refusal):
                let reason = refusal.detail ?? refusal.reason.rawValue
                skip(batch.path, item.line, reason, item.resource, &report)
            }
        }
        batch.items.removeAll(keepingCapacity: true)
    }

    /// One transaction of the vault for all new clients: each would cost a synchronisation.
    private func makeKeys(_ batch: Batch) throws(ServiceError) {
        let store = desk.store
        var subjects: [String] = []
        for item in batch.items {
            if let claim = item.claim, try store.log.has(claim) { continue }
            if let subject = item.newSubject { subjects.append(subject) }
        }
        try serviceError { () throws(VaultError) in try store.vault.ensureKeys(for: subjects) }
    }

    private func skip(
        _ path: String,
        _ line: Int,
        _ reason: String,
        _ resource: String?,
        _ report: inout FHIRImportReport
    ) {
        report.count(resource ?? FHIRImportReport.unread, \.skipped)
        if resource == nil { report.count(FHIRImportReport.unread, \.read) }
        skipped(FHIRImportReport.Skipped(file: path, line: line, reason: reason))
    }

    private func digest(_ text: String, for purpose: DigestPurpose = .imported) -> String {
        desk.store.vault.keyedDigest(purpose.rawValue, text)
    }

    private func client(
        _ patient: FHIRPatient,
        _ id: UniqueID,
        _ digest: String
    ) -> any Command {
        let personal = ClientRegistered.Personal(
            patientIdNumber: patient.patientIdNumber,
            givenName: patient.given,
            familyName: patient.family,
            dateOfBirth: patient.birthDate,
            email: patient.email,
            phone: patient.phone
        )
        return ImportClient(
            id,
            personal,
            numberDigest: self.digest(patient.patientIdNumber, for: .patientNumber),
            importDigest: digest,
            status: patient.deceased ? .deceased : patient.active == false ? .inactive : .active
        )
    }

    private func representative(
        _ person: FHIRRelatedPerson,
        _ client: UniqueID,
        _ digest: String
    ) -> any Command {
        let personal = AuthorisedRepresentativeRecorded.Personal(
            name: person.name,
            email: person.email,
            capacity: person.relationship ?? "relatedPerson"
        )
        return ImportRepresentative(personal, of: client, importDigest: digest)
    }
}
