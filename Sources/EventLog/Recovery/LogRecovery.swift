internal import EventLine

/// Brings a log to the state that was acknowledged, and reads all of it into memory.
struct LogRecovery {
    let directory: LogDirectory
    let groups: [CommitGroup]

    /// What was found.
    struct Result {
        var segments: [TailSegment] = []
        /// The segment that appends go on in; nil if the next one needs a new one.
        var newest: SegmentName?
        var report = RecoveryReport()

        var lastSequence: UInt64 { segments.last.map { $0.end - 1 } ?? 0 }
    }

    private var device: any LogDevice { directory.device }

    /// Repairs the newest segment and reads all.
    ///
    /// Throws ``LogError/damaged(_:)`` with everything that is wrong, if anything is.
    func run() throws(LogError) -> Result {
        var result = Result()
        var scan = SegmentScan()
        var names = try orLogError(try directory.segments())
        let newest = names.last.flatMap { $0.isSealed ? nil : $0 }
        if newest != nil { names.removeLast() }
        for name in names { try read(name, &scan, &result) }
        try refuse(scan)
        let missing = groups.last.map { $0.last > result.lastSequence } ?? false
        result.newest = newest
        if newest == nil, missing {
            result.newest = try makeSegment(after: result.lastSequence)
        }
        if let newest = result.newest {
            var repair = TailRepair(directory: directory, name: newest, groups: groups)
            if newest.first == result.lastSequence + 1 { try repair.run() }
            result.report = repair.report
            try read(newest, &scan, &result)
            try refuse(scan)
        }
        try checkComplete(result)
        return result
    }

    /// Whatever the journal holds must have been found in the text in the end.
    private func checkComplete(_ result: Result) throws(LogError) {
        guard let last = groups.last?.last, last > result.lastSequence else { return }
        throw .damaged([
            LogFinding(
                segment: result.newest?.fileName ?? "",
                offset: 0,
                sequence: result.lastSequence + 1,
                problem: .missing(through: last)
            )
        ])
    }

    private func read(
        _ name: SegmentName,
        _ scan: inout SegmentScan,
        _ result: inout Result
    ) throws(LogError) {
        var segment = TailSegment(first: name.first)
        defer { result.segments.append(segment) }
        do {
            _ = try scan.scan(try directory.open(name), isGrowing: false) { line, piece in
                segment.append(
                    line.envelope.id,
                    line.envelope.streams.map(\.stream),
                    versions: line.envelope.streams.map(\.version),
                    byteCount: piece.end - piece.offset
                )
            }
        } catch .damaged(let findings) {
            for finding in findings { scan.note(finding) }
        }
    }

    private func refuse(_ scan: SegmentScan) throws(LogError) {
        guard scan.findings.isEmpty else { throw .damaged(scan.findings) }
    }

    private func makeSegment(after sequence: UInt64) throws(LogError) -> SegmentName {
        let name = SegmentName(first: sequence + 1)
        let file = try orLogError(try device.open(directory.path(of: name), .creating))
        device.close(file)
        try orLogError(try device.synchronizeDirectory(directory.log))
        return name
    }
}
