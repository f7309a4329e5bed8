import EventLine
import PortalAccess
import PortalEvents
import ProjectionEngine

/// A part of the audit trail: which events, in which order, and how many of them.
struct AuditTrailPage {
    /// The client whom it is about, where it is about one.
    let client: UniqueID?
    private let arguments: [String: JSONValue]
    private let sort: Sort?
    private let isDescending: Bool
    private let limit: Int?
    private let after: Int64?
    private let bounds: ClosedRange<Int64>

    /// What the trail can be sorted by (ONC 170.315 (d)(3)); by sequence where nothing is said.
    enum Sort: String, CaseIterable {
        case sequence
        case time
        case actor
        case client
        case type
        case subject
        case outcome
    }

    enum Outcome: String, CaseIterable {
        case success
        case refused
    }

    /// So many rows are answered at most.
    static let limits = 1...100_000

    init(_ asked: inout QueryCase) throws {
        let period = try asked.sequences()
        var arguments: [String: JSONValue] = [:]
        let texts = [("actor", "actor"), ("type", "type"), ("correlationId", "correlation")]
        for (field, name) in texts {
            arguments[name] = try asked.input.optionalText(field).map { .string($0) }
        }
        client = try asked.input.optionalID("clientId")
        arguments["client"] = client.map { .string("\($0)") }
        arguments["outcome"] = try asked.input.optionalChoice("outcome", Outcome.self)
            .map { .string($0.rawValue) }
        arguments["organisation"] = .string("\(asked.organisation)")
        self.arguments = arguments
        sort = try asked.input.optionalChoice("sort", Sort.self)
        isDescending = try asked.input.optionalFlag("descending") ?? false
        limit = try asked.input.optionalNumber("limit", in: Self.limits)
        after = try asked.input.optionalNumber("afterSequence", in: 0...Int.max).map(Int64.init)
        bounds = period
    }

    /// Reads the page.
    func rows(_ asked: QueryCase) throws -> [JSONValue] {
        let streams = client.map { [StreamName("client", $0)] }
        return try pages { bounds, limit in
            var all = arguments
            all["first"] = .integer(bounds.lowerBound)
            all["last"] = .integer(bounds.upperBound)
            all["limit"] = limit.map { .integer(Int64($0)) }
            all["descending"] = .bool(isDescending)
            if !isBySequence {
                all["sort"] = sort.map { .string($0.rawValue) }
                all["after"] = after.flatMap { $0 > 0 ? .integer($0) : nil }
            }
            return try asked.trailRows(of: streams, "audit-trail", all)
        }
    }

    private var isBySequence: Bool { sort == nil || sort == .sequence }

    /// Few rows in the order of the log need not sieve all of it: it is read in windows, which
    /// grow, until there are enough.
    private func pages(
        _ read: (ClosedRange<Int64>, Int?) throws -> [JSONValue]
    ) throws -> [JSONValue] {
        guard var rest = isBySequence ? remaining : bounds else { return [] }
        guard isBySequence, let limit else { return try read(rest, limit) }
        var rows: [JSONValue] = []
        var width: Int64 = 10_000
        while true {
            let window = rest.window(width, fromTheEnd: isDescending)
            rows += try read(window.part, limit - rows.count)
            guard rows.count < limit, let next = window.rest else { return rows }
            rest = next
            width *= 8
        }
    }

    /// What a page in the order of the log goes on with.
    private var remaining: ClosedRange<Int64>? {
        guard let after, after > 0 || !isDescending else { return bounds }
        let lower = isDescending ? bounds.lowerBound : max(bounds.lowerBound, after + 1)
        let upper = isDescending ? min(bounds.upperBound, after - 1) : bounds.upperBound
        return lower <= upper ? lower...upper : nil
    }
}

extension ClosedRange<Int64> {
    /// The first or last numbers of the range, and those that are left.
    fileprivate func window(
        _ width: Int64,
        fromTheEnd: Bool
    ) -> (part: ClosedRange<Int64>, rest: ClosedRange<Int64>?) {
        guard upperBound - lowerBound >= width else { return (self, nil) }
        return fromTheEnd
            ? (upperBound - width + 1...upperBound, lowerBound...upperBound - width)
            : (lowerBound...lowerBound + width - 1, lowerBound + width...upperBound)
    }
}

extension QueryCase {
    /// The sequences that `from` and `to` enclose, up to the moment that is asked about. Both are
    /// times, or local dates, of which `to` is included. The store's clock never goes back.
    mutating func sequences() throws -> ClosedRange<Int64> {
        let from = try bound("from", daysAfter: 0)
        let to = try bound("to", daysAfter: 1)
        guard let source = try? archive else { return 1...1 }
        let before = try from.map { try source.lastSequence(at: $0.adding(microseconds: -1)) } ?? 0
        let last = try to.map { try source.lastSequence(at: $0.adding(microseconds: -1)) }
        let end = min(last ?? moment.sequence, moment.sequence)
        // An empty period has an end before any event.
        return before < end ? Int64(before) + 1...Int64(end) : 0...0
    }

    /// Rows of the audit trail, which only grows: as it was earlier is its beginning. Folds the
    /// events of some streams, nil for all, where the live one has not come so far.
    func trailRows(
        of streams: [StreamName]?,
        _ query: String,
        _ arguments: [String: JSONValue]
    ) throws -> [JSONValue] {
        let archive = try archive
        let position = try? archive.projections.position(of: "audit-trail")
        guard let position, position >= moment.sequence else {
            return try rows("audit-trail", query, arguments, of: streams)
        }
        return try ProjectionRows("audit-trail", of: archive.projections).rows(query, arguments)
    }
}
