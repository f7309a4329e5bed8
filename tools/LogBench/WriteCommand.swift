internal import EventLog
internal import Glibc

/// `write`: appends at a rate and says on standard output what was acknowledged, a line for each
/// commit, so that others can be held against it.
struct WriteCommand: BenchCommand {
    static let usage = """
        write DIR [--rate N] [--callers C] [--batch K] [--seconds S]
                  [--segment-bytes B] [--grace-ms G]
            appends N events a second (0: as fast as it goes) in commits of K for S seconds
            (0: until killed), and prints `ack <first> <last>` behind each receipt
        """
    static let options = ["rate", "callers", "batch", "seconds", "segment-bytes", "grace-ms"]

    private let arguments: Arguments
    private let callerCount: Int
    private let batch: Int

    init(_ arguments: Arguments) {
        self.arguments = arguments
        callerCount = max(1, arguments["callers", otherwise: 1])
        batch = max(1, arguments["batch", otherwise: 1])
    }

    func run() async throws {
        let log = try EventLog.open(directory: arguments.directory, options: logOptions)
        let end = end
        let pause = pause
        try await withThrowingTaskGroup(of: Void.self) { group in
            for place in 0..<callerCount {
                group.addTask { [self] in
                    // The callers' turns are spread evenly over the pause.
                    let start = ContinuousClock.now + pause * place / callerCount
                    try await write(to: log, from: start, pause: pause, until: end)
                }
            }
            try await group.waitForAll()
        }
        try log.close()
    }

    private var logOptions: LogOptions {
        var options = LogOptions()
        options.segmentBytes = arguments["segment-bytes", otherwise: options.segmentBytes]
        options.sealingGrace = .milliseconds(arguments["grace-ms", otherwise: 600_000])
        return options
    }

    private var end: ContinuousClock.Instant? {
        let length = arguments.seconds("seconds", otherwise: 10)
        return length == .zero ? nil : ContinuousClock.now + length
    }

    /// How long one caller waits from one commit to the next.
    private var pause: Duration {
        let rate = arguments["rate", otherwise: 1000]
        return rate == 0 ? .zero : .seconds(1) * (callerCount * batch) / rate
    }

    private func write(
        to log: EventLog,
        from start: ContinuousClock.Instant,
        pause: Duration,
        until end: ContinuousClock.Instant?
    ) async throws {
        var caller = Caller(log)
        var due = start
        while end.map({ due < $0 && ContinuousClock.now < $0 }) ?? true {
            if pause > .zero { try await Task.sleep(until: due, tolerance: .zero) }
            let receipt = try await caller.append(batch)
            acknowledge("ack \(receipt.first) \(receipt.last)\n")
            due += pause
        }
    }

    /// One call for each line: so it is out before the next append, and lines do not mix.
    private func acknowledge(_ line: String) {
        _ = line.withCString { Glibc.write(STDOUT_FILENO, $0, strlen($0)) }
    }
}
