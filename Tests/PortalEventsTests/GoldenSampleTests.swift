import EventLine
import Foundation
import Testing

@testable import PortalEvents

/// A golden sample and the struct that must read it.
private struct Sample: CustomTestStringConvertible, Sendable {
    let payload: any EventPayload.Type
    let data: [UInt8]

    var testDescription: String { payload.type }

    /// The samples of the repository's own schemas, in every version, and of the fixtures.
    static func all() throws -> [Sample] {
        let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent()
        let fixtures = tests.appending(path: "SchemaCompilationTests/Fixtures")
        let schemas = tests.deletingLastPathComponent().appending(path: "EventSchemas")
        let real = try PortalEvents.PortalEvent.payloadTypes.map { try Sample($0, in: schemas) }
        return try real + PortalEvent.payloadTypes.map { try Sample($0, in: fixtures) }
    }

    private init(_ payload: any EventPayload.Type, in directory: URL) throws {
        let file = directory.appending(path: "\(payload.type).sample.json")
        self.payload = payload
        data = [UInt8](try Data(contentsOf: file)).dropLast()
    }
}

@Test func `every schema has a struct and every struct a schema`() throws {
    let schemas = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().appending(path: "EventSchemas")
    let names = try FileManager.default.contentsOfDirectory(atPath: schemas.path)
        .filter { $0.hasSuffix(".json") && !$0.hasSuffix(".sample.json") }
    let types = Set(names.map { String($0.dropLast(".json".count)) })
    #expect(types == Set(EventShape.all.map(\.type)))
}

@Test func `a golden sample takes the fast path and comes back byte for byte`() throws {
    for sample in try Sample.all() {
        let payload = try #require(canonical(sample.data, sample.payload), "\(sample.payload)")
        #expect(encoded(payload) == text(sample.data))
    }
}

@Test func `a shuffled and spaced sample takes the slow path and comes back canonical`() throws {
    let seed = UInt64.random(in: 0...UInt64.max)
    print("seed \(seed)")
    var generator = SeededGenerator(seed: seed)
    for sample in try Sample.all() where sample.data.count > 2 {
        let value = try JSONValue(parsing: sample.data)
        // Members of free JSON keep their own order, so only what a schema orders is compared.
        let other = Array(shuffled(value, by: &generator).utf8)
        #expect(canonical(other, sample.payload) == nil, "\(sample.payload) seed \(seed)")
        let payload = try sample.payload.decoded(from: other)
        let again = try JSONValue(parsing: Array(encoded(payload).utf8))
        #expect(sorted(again) == sorted(value), "\(sample.payload) seed \(seed)")
        #expect(again.members?.map(\.name) == value.members?.map(\.name), "seed \(seed)")
    }
}

@Test func `the slow path reads a canonical sample as the fast path does`() throws {
    for sample in try Sample.all() {
        #expect(try encoded(slow(sample.data, sample.payload)) == text(sample.data))
    }
}

@Test func `a sample that lacks any one member is read or refused by name`() throws {
    for sample in try Sample.all() {
        let members = try #require(JSONValue(parsing: sample.data).members)
        let fields = sample.payload.shape.fields
        for place in members.indices {
            var fewer = members
            let name = fewer.remove(at: place).name
            let data = JSONValue.object(fewer).canonicalBytes
            if fields.first(where: { $0.name == name })?.isOptional == true {
                #expect(canonical(data, sample.payload) != nil, "\(sample.payload) \(name)")
            } else {
                let missing = EventDecodingError.memberMissing(
                    type: sample.payload.type,
                    path: name
                )
                #expect(throws: missing) { try sample.payload.decoded(from: data) }
            }
        }
    }
}

@Test func `a sample torn after any byte is refused`() throws {
    for sample in try Sample.all() {
        for count in sample.data.indices {
            let torn = Array(sample.data[..<count])
            #expect(throws: EventDecodingError.self) { try sample.payload.decoded(from: torn) }
        }
    }
}

private func canonical(_ data: [UInt8], _ type: any EventPayload.Type) -> (any EventPayload)? {
    func read<Payload: EventPayload>(_: Payload.Type) -> (any EventPayload)? {
        Payload.canonical(data)
    }
    return read(type)
}

private func slow(_ data: [UInt8], _ type: any EventPayload.Type) throws -> any EventPayload {
    func read<Payload: EventPayload>(_: Payload.Type) throws -> any EventPayload {
        try Payload.anyOrder(data, type: Payload.type, path: [])
    }
    return try read(type)
}

private func encoded(_ payload: any EventPayload) -> String {
    text(payload.encoded { _, _ in "never called: nothing was opened" })
}

private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

private func sorted(_ value: JSONValue) -> JSONValue {
    switch value {
    case .object(let members):
        let sortedMembers = members.map { JSONMember($0.name, sorted($0.value)) }
        return .object(sortedMembers.sorted { $0.name < $1.name })
    case .array(let elements): return .array(elements.map(sorted))
    default: return value
    }
}
