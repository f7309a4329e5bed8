/// `fsync`: what the disk gives.
struct FsyncCommand: BenchCommand {
    static let usage = """
        fsync DIR [--bytes N] [--seconds S]
            pwrite and fdatasync of frames of N bytes into a preallocated file in DIR
        """
    static let options = ["bytes", "seconds"]

    private let arguments: Arguments

    init(_ arguments: Arguments) { self.arguments = arguments }

    func run() throws {
        let probe = try JournalProbe(directory: arguments.directory)
        let frameBytes = arguments["bytes", otherwise: 512]
        try probe.run(for: arguments.seconds("seconds", otherwise: 2), frameBytes: frameBytes)
        var figures = Figures()
        figures.add("frameBytes", frameBytes)
        figures.add("rate", Double(probe.count) / probe.seconds)
        figures.add("wait", probe.latencies)
        figures.print()
    }
}
