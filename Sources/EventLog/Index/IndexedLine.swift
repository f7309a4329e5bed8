internal import EventLine

/// A line that an index or a search led to, checked against its checksum.
struct IndexedLine: Sendable {
    let raw: RawLine
    let id: UniqueID
    let time: Instant
    /// Nil if the line is not in canonical form.
    private let view: LineView?

    /// Reads a line, without its line feed.
    init(_ bytes: [UInt8]) throws(LineProblem) {
        if let view = LineView(canonical: bytes.span) {
            guard view.isIntact(in: bytes.span) else { throw LineProblem(.checksum) }
            raw = RawLine(sequence: view.sequence, bytes: bytes)
            id = view.id
            time = view.time
            self.view = view
            return
        }
        do {
            let envelope = try EventLine(parsing: bytes).envelope
            raw = RawLine(sequence: envelope.sequence, bytes: bytes)
            id = envelope.id
            time = envelope.time
            view = nil
        } catch .checksum {
            throw LineProblem(.checksum)
        } catch {
            throw LineProblem(.malformed("\(error)"))
        }
    }

    /// The event's type as the line has it.
    var type: String {
        if let view, !raw.bytes[view.type].contains(UInt8(ascii: "\\")) {
            return String(decoding: raw.bytes[view.type], as: UTF8.self)
        }
        return (try? raw.event().envelope.type) ?? ""
    }

    /// The event's version in a stream; nil if it does not belong to it.
    func version(in stream: StreamName) -> Int? {
        guard let view else {
            let streams = try? raw.event().envelope.streams
            return streams?.first { $0.stream == stream }?.version
        }
        let name = Array(stream.text.utf8)
        let bytes = raw.bytes.span
        var places = StreamPlaces(view)
        while let place = places.next(in: bytes) {
            if place.name.count == name.count,
                bytes.extracting(place.name).firstRange(of: name.span, from: 0) == 0
            {
                return place.version
            }
        }
        return nil
    }
}
