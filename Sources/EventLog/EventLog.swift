public import EventLine
internal import Synchronization

/// An append-only log of events in text files, written by one process and read by many.
///
/// A line that can be read is durable; what was acknowledged is durable; commits are whole or not
/// there; sequences have no gaps. After a failed synchronisation nothing more is written until a
/// restart.
///
/// Everything submitted is checked at once, against all that is durable or submitted. One thread
/// writes: whatever waits when a synchronisation ends becomes durable with the next.
public final class EventLog: Sendable {
    /// What opening the log had to repair.
    public let recovery: RecoveryReport
    /// Reads this log, as any other process could.
    public let reader: LogReader

    let core: LogCore

    private let options: LogOptions
    private let lock: OpenFile
    private let upkeep: Upkeep
    private let threads: Mutex<Threads>
    let recentTimes = Mutex(RecentTimes())

    private struct Threads: ~Copyable {
        var writing: WorkThread?
        var upkeep: WorkThread?
    }

    /// Opens the log in a data directory, which must exist, or begins one there.
    ///
    /// Repairs what a crash has left, and reads the newest segment: a fraction of a second, however
    /// long the log is. Throws ``LogError/locked(path:process:)`` while another process has the log
    /// open, and ``LogError/damaged(_:)`` where lines that were durable are not as they were
    /// written.
    public static func open(
        directory path: String,
        options: LogOptions = LogOptions()
    ) throws(LogError) -> EventLog {
        let directory = LogDirectory(path: path, device: options.device)
        let lock = try LogLock.take(directory)
        do throws(LogError) {
            return try EventLog(directory, options, lock: lock)
        } catch {
            options.device.unlock(lock)
            throw error
        }
    }

    private init(
        _ directory: LogDirectory,
        _ options: LogOptions,
        lock: OpenFile
    ) throws(LogError) {
        try orLogError(try directory.make())
        try directory.checkNames()
        let sealer = SegmentSealer(directory: directory, grace: options.sealingGrace)
        try orLogError(try sealer.finishInterrupted())
        let index = try directory.openIndex()
        let indexed = index.lastSequence ?? 0
        var journal = try LocalJournal(
            directory: directory.journal,
            byteCount: options.journalBytes,
            device: options.device
        )
        let recovered: LogRecovery.Result
        var text = SegmentWriter(directory: directory, segmentBytes: options.segmentBytes)
        do throws(LogError) {
            recovered = try LogRecovery(
                directory: directory,
                indexed: indexed,
                groups: try journal.groups()
            ).run()
            if let newest = recovered.newest { try orLogError(try text.resume(newest)) }
        } catch {
            journal.close()
            throw error
        }
        journal.forgetGroups()
        self.options = options
        self.lock = lock
        recovery = recovered.report
        reader = LogReader(directory)
        core = LogCore(
            directory,
            index: index,
            tail: Tail(
                newest: recovered.tail,
                greatestIndexedID: index.indexed.map(\.ids.upperBound).max(),
                limits: Tail.Limits(options, appendBytes: journal.groupBytesMax)
            ),
            writer: CommitWriter(store: journal, text: text)
        )
        upkeep = Upkeep(core: core, sealer: sealer, now: options.now)
        threads = Mutex(Threads())
        startThreads(withUpkeep: options.keepsUp)
    }

    private func startThreads(withUpkeep: Bool) {
        let core = core
        let upkeep = upkeep
        threads.withLock {
            $0.writing = WorkThread { core.write(rolled: upkeep.wake) }
            if withUpkeep { $0.upkeep = WorkThread(isInBackground: true) { upkeep.run() } }
        }
    }

    deinit { try? close() }

    /// Checks events, numbers them and hands them to the writer, all or none. They are durable
    /// only when the result's ``PendingAppend/receipt()`` returns.
    ///
    /// Streams that are not in `expecting` may be at any version. Events whose ids are all in the
    /// log already, next to each other, in the same streams and as one commit, are not appended
    /// again: their receipt is the original one, whatever is expected.
    ///
    /// - Precondition: there is at least one event.
    public func submit(
        _ events: [NewEvent],
        expecting: [StreamName: ExpectedVersion] = [:]
    ) throws(AppendError) -> PendingAppend {
        precondition(!events.isEmpty, "An append must carry at least one event.")
        for event in events {
            if let why = event.invalidity { throw .invalidEvent(id: event.id, why: why) }
        }
        let submission = Tail.Submission(
            events: events,
            lines: PreparedLines(events),
            expecting: expecting
        )
        switch try admit(submission) {
        case .queued(let pending):
            core.wakeWriter()
            return pending
        case .repeated(let pending): return pending
        case .recorded(let first): return try original(of: events, from: first)
        case .lacking: preconditionFailure("What was lacking has been looked up.")
        }
    }

    /// Has events admitted; where the index must be asked first, it is asked outside of the lock.
    private func admit(_ submission: Tail.Submission) throws(AppendError) -> Tail.Admission {
        var submission = submission
        while true {
            let admission = try core.tail.withLock { tail throws(AppendError) in
                try tail.admit(submission)
            }
            guard case .lacking(let question) = admission else { return admission }
            do throws(LogError) {
                submission.findings = try core.index.findings(
                    for: question,
                    known: submission.findings
                )
            } catch {
                throw .unreadable(error)
            }
        }
    }

    /// Appends events, all or none, and returns when they are durable. See
    /// ``submit(_:expecting:)``.
    public func append(
        _ events: [NewEvent],
        expecting: [StreamName: ExpectedVersion] = [:]
    ) async throws(AppendError) -> Receipt {
        try await submit(events, expecting: expecting).receipt()
    }

    /// The sequence of the last line that is durable and can be read; 0 in an empty log.
    public var lastSequence: UInt64 { core.lastSequence }

    /// Why the last turn of the work in the background (indexing and sealing) was not finished; nil
    /// if it was. It is tried again; appends and reading do not depend on it.
    public var upkeepFailure: LogError? { upkeep.lastFailure }

    /// Seals at once the segments that are not written to any more and whose grace period is over,
    /// and says which. The log does so by itself in the background; takes about a second for each.
    public func sealRolledSegments(now: Instant) throws(LogError) -> [String] {
        var sealed: [String] = []
        while let name = try upkeep.sealNext(at: now) { sealed.append(name.fileName) }
        return sealed
    }

    /// Does now what is done in the background: indexes complete segments.
    package func indexRolledSegments() throws(LogError) { try upkeep.index() }

    /// Waits for what was submitted, makes the text durable and gives the lock back. Later calls
    /// do nothing.
    public func close() throws(LogError) {
        let before = core.tail.withLock { $0.close() }
        guard !before.wasClosed else { return }
        upkeep.end()
        core.endWriting()
        threads.withLock {
            $0.writing.take()?.join()
            $0.upkeep.take()?.join()
        }
        defer { options.device.unlock(lock) }
        try core.finish(isStopped: before.wasStopped)
    }
}

extension Tail.Limits {
    init(_ options: LogOptions, appendBytes: Int) {
        // Places in a segment are kept as 32-bit numbers.
        segmentBytes = min(max(options.segmentBytes, 1), 2 << 30)
        groupBytes = min(options.groupBytes, appendBytes)
        self.appendBytes = appendBytes
    }
}
