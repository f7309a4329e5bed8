import EventLine

@testable import EventLog

/// One loss of power at a moment of a recorded run, perhaps another while the log is opened
/// again, and everything that must be true then.
struct CrashTrial {
    let run: RecordedRun
    let moment: Int
    let seed: UInt64
    private var generator: SeededGenerator
    private(set) var anomalies: [String] = []
    /// Through which sequence lines could be read before the power went.
    private var visible: UInt64 = 0

    init(run: RecordedRun, moment: Int, seed: UInt64) {
        self.run = run
        self.moment = moment
        self.seed = seed
        generator = SeededGenerator(seed: seed)
    }

    private var before: RecordedRun.Moment { run.moments[moment] }

    /// What is wrong; empty if nothing is.
    static func anomalies(run: RecordedRun, moment: Int, seed: UInt64) async -> [String] {
        var trial = CrashTrial(run: run, moment: moment, seed: seed)
        do {
            try await trial.carryOut()
        } catch {
            trial.anomalies.append("\(error)")
        }
        return trial.anomalies.map {
            "seed \(run.seed), moment \(moment) of \(run.moments.count), crash \(seed): \($0)"
        }
    }

    private mutating func carryOut() async throws {
        try noteVisible(before.disk)
        var disk = crashed(before.disk)
        if generator.oneIn(2) { disk = try crashedWhileOpening(disk) }
        let device = restarted(disk)
        let log = try SimulatedLog.open(device)
        try checkText(LogText(device.disk), of: log)
        if generator.oneIn(4) {
            let findings = try log.reader.verify().findings
            if !findings.isEmpty { anomalies.append("verify: \(findings)") }
        }
        try checkStream(of: log)
        try await goOn(with: log)
        let last = log.lastSequence
        var end = device.disk
        if generator.oneIn(3) {
            end = try reopened(crashed(end))
            device.cutPower()
            try? log.close()
        } else {
            try log.close()
            end = device.disk
        }
        if try LogText(end).bytes != Array(run.text(through: last)) {
            anomalies.append("the text that went on is another one")
        }
    }

    private mutating func noteVisible(_ disk: SimulatedDisk) throws {
        let text = try LogText(disk)
        visible = max(visible, text.lastSequence)
        guard text.bytes != Array(run.text(through: text.lastSequence)) else { return }
        anomalies.append("a reader has seen another text than was submitted")
    }

    /// Until the writer has repaired it, the text may be torn; but each whole line in it counts.
    private mutating func noteVisibleLines(_ disk: SimulatedDisk) throws {
        for line in try LogText(disk).bytes.split(separator: 10) {
            guard LineCheck.problem(in: line.span) == nil,
                let sequence = LineCheck.sequence(of: line.span)
            else { continue }
            visible = max(visible, sequence)
            if sequence > run.lineEnds.count || !run.line(at: sequence).elementsEqual(line) {
                anomalies.append("a reader has seen another line \(sequence) than was submitted")
            }
        }
    }

    private mutating func crashed(_ disk: SimulatedDisk) -> SimulatedDisk {
        let fate = SimulatedDisk.Fate.allCases.randomElement(using: &generator)
        return disk.afterCrash(fate ?? .everythingPendingLost, using: &generator)
    }

    private mutating func crashedWhileOpening(_ disk: SimulatedDisk) throws -> SimulatedDisk {
        let device = restarted(disk)
        let disks = DiskSeries()
        device.observe { disks.append($0) }
        let log = try SimulatedLog.open(device)
        let moments = disks.all
        try log.close()
        guard let last = moments.randomElement(using: &generator) else { return disk }
        try noteVisibleLines(last)
        return crashed(last)
    }

    /// The disk after the log was opened and closed on it.
    private mutating func reopened(_ disk: SimulatedDisk) throws -> SimulatedDisk {
        let device = restarted(disk)
        try SimulatedLog.open(device).close()
        return device.disk
    }

    private mutating func restarted(_ disk: SimulatedDisk) -> SimulatedDevice {
        let device = SimulatedDevice(disk, seed: generator.next())
        if generator.oneIn(2) {
            device.set(SimulatedDevice.Faults(shortOneIn: 9, interruptedOneIn: 9))
        }
        return device
    }

    private mutating func checkText(_ text: LogText, of log: EventLog) {
        let last = log.lastSequence
        if last < visible { anomalies.append("\(visible) was visible, \(last) is left") }
        let isPrefix = last <= run.lineEnds.count && text.bytes == Array(run.text(through: last))
        guard !isPrefix || !run.isCommitEnd(last) || last < before.acknowledged else { return }
        let named = run.history(at: before).anomalies(in: text.bytes)
        anomalies += named.isEmpty ? ["reordered, or another end: \(last)"] : named
    }

    private mutating func checkStream(of log: EventLog) throws {
        let name = stream(.random(in: 1...4, using: &generator))
        let expected = run.lines(in: name).prefix { $0.envelope.sequence <= log.lastSequence }
        guard try log.version(of: name) == expected.count,
            try log.events(in: name) == Array(expected)
        else {
            anomalies.append("\(name) has other events than it should")
            return
        }
    }

    /// Everything is submitted again: what is there is answered so, what is not is appended.
    private mutating func goOn(with log: EventLog) async throws {
        let last = log.lastSequence
        let known = run.commits.prefix { $0.last <= last }.suffix(2)
        let missing = run.commits.drop { $0.last <= last }
        let again = known + missing.prefix(generator.oneIn(4) ? .max : 2)
        let pending = try again.map { try log.submit($0.events) }
        for (commit, pending) in zip(again, pending) {
            let receipt = try await pending.receipt()
            if receipt.events != commit.lines {
                anomalies.append("submitted again, \(commit.first) has become \(receipt.first)")
            }
        }
    }
}
