/// One thing that LogBench can do.
protocol BenchCommand: Sendable {
    /// How it is called and what it does.
    static var usage: String { get }
    /// The options that it knows.
    static var options: [String] { get }
    /// Those of them that are texts and no numbers; none of them may be left out.
    static var textOptions: [String] { get }

    init(_ arguments: Arguments)

    func run() async throws
}

extension BenchCommand {
    static var textOptions: [String] { [] }
}
