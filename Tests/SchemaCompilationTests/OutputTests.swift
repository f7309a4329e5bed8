import Foundation
import SchemaCompilation
import Testing

@Test func `the fixtures compile to the golden files`() throws {
    let outputs = SchemaCompilation.outputs(of: try SchemaSet(Fixture.files()))
    for output in outputs {
        let url = Fixture.compiled.appending(path: output.name)
        let golden = try String(contentsOf: url, encoding: .utf8)
        #expect(Fixture.golden(output) == golden, "\(output.name)")
    }
    let names = try FileManager.default.contentsOfDirectory(atPath: Fixture.compiled.path)
    #expect(outputs.map(\.name).sorted() == names.sorted())
}

@Test func `the order of the files does not change the output`() throws {
    let files = try Fixture.files().sorted { $0.path < $1.path }
    let outputs = SchemaCompilation.outputs(of: try SchemaSet(files))
    #expect(SchemaCompilation.outputs(of: try SchemaSet(files.reversed())) == outputs)
    #expect(SchemaCompilation.outputs(of: try SchemaSet(files.shuffled())) == outputs)
}

@Test func `an old version is read through one upcaster a step`() throws {
    let outputs = SchemaCompilation.outputs(of: try SchemaSet(Fixture.files()))
    let event = try #require(outputs.first { $0.name == "ThingNotedEvent.swift" })
    let step = "var portalEvent: PortalEvent { ThingNotedV1ToV2.portalEvent(from: self) }"
    #expect(event.source.contains(step))
    #expect(event.source.contains("var portalEvent: PortalEvent { .thingNoted(self) }"))
    let union = try #require(outputs.first { $0.name == "PortalEvent.swift" })
    #expect(union.source.contains("case thingNoted(ThingNotedV2)"))
    #expect(!union.source.contains("case thingNoted(ThingNotedV1)"))
}

@Test func `files that are no schemas are left alone`() throws {
    let other = SourceFile(path: "README.md", bytes: Array("# Events".utf8))
    let set = try SchemaSet(Fixture.files() + [other])
    #expect(set.types == ["NothingSaid.v1", "RemarkMade.v1", "ThingNoted.v1", "ThingNoted.v2"])
}
