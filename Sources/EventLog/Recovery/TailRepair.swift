internal import EventLine

/// Makes the newest segment end where its last durable commit ends.
///
/// What the journal holds is written to the text again even where it stands there: after a failed
/// synchronisation the page cache shows bytes that the disk may not have. What is broken behind
/// that is cut off and kept; but nothing is ever cut that a good line follows.
struct TailRepair {
    let directory: LogDirectory
    let name: SegmentName
    /// The groups of the journal, in order.
    let groups: [CommitGroup]
    private(set) var report = RecoveryReport()

    private var device: any LogDevice { directory.device }

    init(directory: LogDirectory, name: SegmentName, groups: [CommitGroup]) {
        self.directory = directory
        self.name = name
        self.groups = groups.filter { $0.last >= name.first }
    }

    /// How far the text can be followed.
    private struct Extent {
        /// Behind the last line that is as it should be.
        var offset = 0
        var next: UInt64
        /// Behind the last line that ends a commit.
        var commitEnd = 0
        /// The end of the segment.
        var end = 0
    }

    mutating func run() throws(LogError) {
        let file = try orLogError(try device.open(directory.path(of: name), .updating))
        defer { device.close(file) }
        if let first = groups.first {
            let text = try extent(upTo: max(first.first, name.first))
            if text.next >= first.first {
                try restore(from: text.offset, in: file)
            } else if try isCuttable(text) {
                throw .damaged([finding(text, .missing(through: first.first - 1))])
            }
        }
        let text = try extent(upTo: nil)
        if text.commitEnd < text.end, try isCuttable(text) {
            if text.commitEnd == 0 { try checkOurs() }
            try cut(text, from: file)
        }
        try orLogError(try device.synchronize(file))
    }

    /// Follows the lines from the start of the segment, to a sequence or as far as they go.
    private func extent(upTo last: UInt64?) throws(LogError) -> Extent {
        let segment = try directory.open(name)
        var cursor = SegmentCursor(segment: segment)
        var extent = Extent(next: name.first, end: try segment.byteCount())
        while extent.next < last ?? .max, let piece = try cursor.next(), piece.isTerminated {
            guard case .success(let line) = RawLine.checked(piece),
                line.sequence == extent.next, let event = try? line.event()
            else { break }
            extent.offset = piece.end
            extent.next += 1
            let envelope = event.envelope
            if envelope.commitIndex == envelope.commitCount { extent.commitEnd = piece.end }
        }
        return extent
    }

    /// Writes what the journal holds to where it belongs in the text.
    private mutating func restore(from start: Int, in file: OpenFile) throws(LogError) {
        let segment = try directory.open(name)
        var offset = start
        for group in groups where group.first >= name.first {
            let found = try segment.bytes(at: offset, count: group.lineBytes)
            if found[...] != group.lines { try compare(group, with: found[...]) }
            try orLogError(try device.writeAll(group.lines.span, to: file, at: offset))
            offset += group.lineBytes
        }
    }

    /// Counts the lines of a group that the text does not have.
    private mutating func compare(
        _ group: CommitGroup,
        with text: ArraySlice<UInt8>
    ) throws(LogError) {
        var rest = text
        var sequence = group.first
        for line in group.lines.split(separator: 10) {
            let found = rest.prefix(line.count + 1)
            rest = rest.dropFirst(line.count + 1)
            if !found.elementsEqual(line + [10]) {
                try checkForeign(Array(found), sequence)
                report.restoredLineCount += 1
            }
            sequence += 1
        }
    }

    /// A good line where the journal has another one: journal and text are not of the same log.
    private func checkForeign(_ found: [UInt8], _ sequence: UInt64) throws(LogError) {
        guard let feed = found.firstIndex(of: 10) else { return }
        let line = Array(found[..<feed])
        guard LineCheck.problem(in: line) == nil else { return }
        throw .foreignFormat(
            path: directory.journal,
            why: """
                its event \(sequence) is not that of log/\(name.fileName). If the log was restored \
                from a backup, move the journal of the old one away
                """
        )
    }

    /// Whether no good line follows the place where the text breaks.
    private func isCuttable(_ text: Extent) throws(LogError) -> Bool {
        var cursor = SegmentCursor(segment: try directory.open(name), offset: text.offset)
        while let piece = try cursor.next(), piece.isTerminated {
            if case .success = RawLine.checked(piece) { return false }
        }
        return true
    }

    /// A file without a single good line may be anything; only what is left of a line is cut.
    private func checkOurs() throws(LogError) {
        let start = try directory.open(name).bytes(at: 0, count: LineCheck.startCount)
        guard !LineCheck.isRest(start) else { return }
        throw .foreignFormat(
            path: directory.path(of: name),
            why: "it does not begin like an event of a log"
        )
    }

    private mutating func cut(_ text: Extent, from file: OpenFile) throws(LogError) {
        let segment = try directory.open(name)
        let bytes = try segment.bytes(in: text.commitEnd..<text.end)
        let kept = try keep(bytes, offset: text.commitEnd)
        try orLogError(try device.truncate(file, to: text.commitEnd))
        report.cut = RecoveryReport.Cut(
            segment: name.fileName,
            offset: text.commitEnd,
            byteCount: bytes.count,
            keptIn: kept
        )
    }

    /// Writes broken bytes beside, under a name that is not taken.
    private func keep(_ bytes: [UInt8], offset: Int) throws(LogError) -> String {
        let names = try orLogError(try device.names(in: directory.log))
        let plainName = "\(name.fileName).broken-\(offset)"
        var keptName = plainName
        var attempt = 1
        while names.contains(keptName) {
            attempt += 1
            keptName = "\(plainName)-\(attempt)"
        }
        let path = "\(directory.log)/\(keptName)"
        let file = try orLogError(try device.open(path, .creating))
        defer { device.close(file) }
        try orLogError(try device.writeAll(bytes.span, to: file, at: 0))
        try orLogError(try device.synchronize(file))
        try orLogError(try device.synchronizeDirectory(directory.log))
        return path
    }

    private func finding(_ text: Extent, _ problem: LogProblem) -> LogFinding {
        LogFinding(
            segment: name.fileName,
            offset: text.offset,
            sequence: text.next,
            problem: problem
        )
    }
}
