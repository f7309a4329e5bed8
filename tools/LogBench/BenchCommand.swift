/// One thing that LogBench can do.
protocol BenchCommand: Sendable {
    /// How it is called and what it does.
    static var usage: String { get }
    /// The options that it knows.
    static var options: [String] { get }

    init(_ arguments: Arguments)

    func run() async throws
}
