internal import EventLine

/// Brings a log to the state that was acknowledged, and reads its newest segment into memory. All
/// others are complete, and in the index.
struct LogRecovery {
    let directory: LogDirectory
    /// The last sequence that is in the index.
    let indexed: UInt64
    /// What the journal holds.
    let groups: [CommitGroup]

    /// What was found.
    struct Result {
        /// The lines of the newest segment.
        var tail: TailSegment
        /// The segment that appends go on in; nil if the next one needs a new one.
        var newest: SegmentName?
        var report = RecoveryReport()
    }

    private var device: any LogDevice { directory.device }

    /// Repairs the newest segment and reads it.
    ///
    /// Throws ``LogError/damaged(_:)`` with everything that is wrong, if anything is.
    func run() throws(LogError) -> Result {
        var result = Result(tail: TailSegment(first: indexed + 1))
        let newest = try orLogError(try directory.segments()).last
        result.newest = newest.flatMap { $0.isSealed ? nil : $0 }
        if result.newest == nil, let last = groups.last?.last, last > indexed {
            result.newest = try makeSegment(after: indexed)
        }
        if let newest = result.newest {
            var repair = TailRepair(directory: directory, name: newest, groups: groups)
            if newest.first == indexed + 1 { try repair.run() }
            result.report = repair.report
            try read(newest, &result)
        }
        try checkComplete(result)
        return result
    }

    /// Whatever the journal holds must have been found in the text in the end.
    private func checkComplete(_ result: Result) throws(LogError) {
        guard let last = groups.last?.last, last >= result.tail.end else { return }
        throw .damaged([
            LogFinding(
                segment: result.newest?.fileName ?? "",
                offset: 0,
                sequence: result.tail.end,
                problem: .missing(through: last)
            )
        ])
    }

    private func read(_ name: SegmentName, _ result: inout Result) throws(LogError) {
        var scan = SegmentScan(chain: ChainCheck(after: indexed))
        var segment = TailSegment(first: name.first)
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
        guard scan.findings.isEmpty else { throw .damaged(scan.findings) }
        result.tail = segment
    }

    private func makeSegment(after sequence: UInt64) throws(LogError) -> SegmentName {
        let name = SegmentName(first: sequence + 1)
        let file = try orLogError(try device.open(directory.path(of: name), .creating))
        device.close(file)
        try orLogError(try device.synchronizeDirectory(directory.log))
        return name
    }
}
