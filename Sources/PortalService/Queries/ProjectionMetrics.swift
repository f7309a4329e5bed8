/// Where projections stand, as a Prometheus server collects it: text format 0.0.4.
package struct ProjectionMetrics: Sendable {
    private let entries: [ProjectionEntry]
    private let head: UInt64

    package init(_ entries: [ProjectionEntry], head: UInt64) {
        self.entries = entries
        self.head = head
    }

    /// The exposition, each line ended by a line feed.
    package var text: String {
        let log = [
            "# HELP daybook_log_head_sequence The sequence of the log's last event.",
            "# TYPE daybook_log_head_sequence gauge", "daybook_log_head_sequence \(head)",
        ]
        let lines =
            log + gauge("position", "The last event applied.") { $0.position }
            + gauge("lag_events", "How many events the log has after that.") { $0.lag }
            + gauge("stopped", "Whether an event stopped it.") { $0.failure == nil ? 0 : 1 }
            + gauge("needs_rebuild", "Whether its definition or its file asks for a rebuild.") {
                $0.isSound || $0.failure != nil ? 0 : 1
            }
            + gauge("rebuilding", "Whether a rebuild of it is under way.") {
                $0.isRebuilding ? 1 : 0
            }
        return lines.map { $0 + "\n" }.joined()
    }

    private func gauge(
        _ name: String,
        _ help: String,
        _ value: (ProjectionEntry) -> UInt64
    ) -> [String] {
        let name = "daybook_projection_\(name)"
        let samples = entries.map { "\(name){projection=\"\(escaped($0.name))\"} \(value($0))" }
        return ["# HELP \(name) \(help)", "# TYPE \(name) gauge"] + samples
    }

    private func escaped(_ label: String) -> String {
        label.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
            .replacing("\n", with: "\\n")
    }
}
