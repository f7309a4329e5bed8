import EventLine
import PortalAccess
import PortalEvents

extension World {
    /// The history as lines of a log; what is sealed is only written in hexadecimal digits.
    var lines: [EventLine] { lines(after: 0) }

    /// The lines behind so many.
    func lines(after count: Int) -> [EventLine] {
        history.enumerated().dropFirst(count).map { place, entry in
            let organisation = entry.organisation ?? Stage.nobody
            let streams = entry.event.streams(organisation: organisation)
            let id = UniqueID(high: 0, low: UInt64(place))
            let envelope = Envelope(
                sequence: UInt64(place) + 1,
                id: id,
                source: "/organisations/\(organisation)",
                type: entry.event.type,
                subject: streams[0],
                time: entry.time,
                streams: streams.map { StreamPosition(stream: $0, version: 1) },
                actor: entry.actor.description,
                client: entry.event.client
            )
            let data = entry.event.encodedData { _, plaintext in
                plaintext.map { String(Int($0) + 256, radix: 16).dropFirst() }.joined()
            }
            return EventLine(envelope: envelope, data: data)
        }
    }

    /// What was sealed in a line.
    static func unsealed(_ text: String) -> [UInt8] {
        let digits = Array(text.utf8)
        return stride(from: 0, to: digits.count - 1, by: 2).compactMap {
            UInt8(String(decoding: digits[$0...$0 + 1], as: UTF8.self), radix: 16)
        }
    }
}
