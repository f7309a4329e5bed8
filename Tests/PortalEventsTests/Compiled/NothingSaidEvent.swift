// Generated from EventSchemas/ by SchemaCompiler; changes here are lost.
// swift-format-ignore-file

import EventLine
@testable import PortalEvents

/// Written when nothing is said: it has no fields.
struct NothingSaidV1: Hashable, Sendable {
    /// The event's name and version, as in its line.
    static var type: String { "NothingSaid.v1" }

    /// A value of these fields.
    init() {}
}

extension NothingSaidV1: EventPayload {
    static let shape: EventShape = EventShape(
        type: "NothingSaid.v1",
        title: "NothingSaid",
        label: nil,
        summary: "Written when nothing is said: it has no fields.",
        fields: [],
        personalFields: []
    )

    init(from reader: inout MemberReader) throws(ReadingFailure) {
        try reader.beginObject()
        try reader.endObject()
    }

    func write(to writer: inout MemberWriter) {
        writer.beginObject()
        writer.endObject()
    }

    func streamTexts(organisation: UniqueID) -> [String] {
        var texts: [String] = []
        texts.append(streamText(["organisation/", organisation.description]))
        return texts
    }

    var portalEvent: PortalEvent { .nothingSaid(self) }
}

/// The newest version of NothingSaid.
typealias NothingSaid = NothingSaidV1
