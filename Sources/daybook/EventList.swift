import EventLine

/// Events as people read them: where a terminal shows them, some lines for each, as wide as it
/// is; in a pipe one line for each, so that other tools can sort and search them.
struct EventList {
    private var rows: [Row] = []

    private struct Row {
        let place: String
        let time: String
        let what: String
        let actor: String
        let details: [String]
    }

    /// Adds an event with the members `sequence`, `localTime`, `what` and `actor`.
    mutating func add(_ event: JSONValue, _ details: [String]) {
        rows.append(
            Row(
                place: event["sequence"]?.integer.map { "\($0)" } ?? "·",
                time: event["localTime"]?.string ?? "",
                what: event["what"]?.string ?? "",
                actor: event["actor"]?.string ?? "",
                details: details
            )
        )
    }

    var text: String { Terminal.width.map(blocks) ?? table }

    private var table: String {
        Terminal.table(
            ["sequence", "time", "what", "actor", "detail"],
            rows.map {
                [$0.place, $0.time, $0.what, $0.actor, $0.details.joined(separator: "; ")]
            }
        )
    }

    private func blocks(width: Int) -> String {
        let placeWidth = rows.map(\.place.count).max() ?? 0
        let indent = String(repeating: " ", count: placeWidth + 2)
        return rows.map { row in
            let place = String(repeating: " ", count: placeWidth - row.place.count) + row.place
            let head = "\(place)  \(row.time)  \(row.what)"
            let actor = "by \(row.actor)"
            let fits = head.count + 2 + actor.count <= width
            var lines = fits ? ["\(head)  \(actor)"] : [head, indent + actor]
            for detail in row.details {
                lines += Terminal.wrapped(detail, width: width - indent.count)
                    .enumerated().map { indent + ($0.offset == 0 ? "" : "  ") + $0.element }
            }
            return lines.joined(separator: "\n")
        }.joined(separator: "\n")
    }
}
