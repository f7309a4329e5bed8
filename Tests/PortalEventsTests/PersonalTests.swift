import EventLine
import Testing

@testable import PortalEvents

private struct VaultIsDown: Error {}

private let remark = RemarkMadeV1(number: 7, personal: .open(.init(note: "quiet")))

@Test func `open personal fields are sealed in canonical form under their key`() {
    var calls: [String] = []
    let data = remark.encoded { key, plaintext in
        calls.append("\(key) \(String(decoding: plaintext, as: UTF8.self))")
        return "sealed"
    }
    #expect(calls == [#"remark/7 {"note":"quiet"}"#])
    #expect(String(decoding: data, as: UTF8.self) == #"{"number":7,"personal":"sealed"}"#)
}

@Test func `what sealing throws reaches the caller`() {
    #expect(throws: VaultIsDown.self) {
        try remark.encoded { _, _ throws(VaultIsDown) in throw VaultIsDown() }
    }
}

@Test func `locked personal fields are written as they are`() {
    let locked = RemarkMadeV1(number: 7, personal: .locked("a.b.c"))
    let data = locked.encoded { _, _ in "sealed again" }
    #expect(String(decoding: data, as: UTF8.self) == #"{"number":7,"personal":"a.b.c"}"#)
}

@Test func `erased personal fields cannot be written`() async {
    await #expect(processExitsWith: .failure) {
        _ = RemarkMadeV1(number: 7, personal: .erased).encoded { _, _ in "" }
    }
}

@Test func `absent personal fields stay absent`() throws {
    let data = Array(#"{"number":7}"#.utf8)
    let event = try PortalEvent.read(type: "RemarkMade.v1", data: data) { _ in .erased }
    #expect(event == .remarkMade(RemarkMadeV1(number: 7)))
    #expect(event.payload.sealingKey == nil)
    #expect(remark.sealingKey == "remark/7")
}

@Test(
    arguments: [
        (.content(Array(#"{"note":"quiet"}"#.utf8)), .open(.init(note: "quiet"))),
        (.content(Array("{ \"note\" : \"quiet\" }".utf8)), .open(.init(note: "quiet"))),
        (.erased, .erased), (.unavailable, .locked("a.b.c")),
    ] as [(OpenedPersonal, Sealed<RemarkMadeV1.Personal>)]
)
func `what opening finds is what the event holds`(
    found: OpenedPersonal,
    personal: Sealed<RemarkMadeV1.Personal>
) throws {
    let data = Array(#"{"number":7,"personal":"a.b.c"}"#.utf8)
    let event = try PortalEvent.read(type: "RemarkMade.v1", data: data) { jwe in
        #expect(jwe == "a.b.c")
        return found
    }
    #expect(event == .remarkMade(RemarkMadeV1(number: 7, personal: personal)))
}

@Test func `wrong sealed content is refused with its path`() {
    let error = EventDecodingError.wrongValue(
        type: "RemarkMade.v1",
        path: "personal.note",
        expected: "a string"
    )
    let data = Array(#"{"number":7,"personal":"a.b.c"}"#.utf8)
    #expect(throws: error) {
        try PortalEvent.read(type: "RemarkMade.v1", data: data) { _ in
            .content(Array(#"{"note":1}"#.utf8))
        }
    }
}

@Test func `a failure to open is an error, not an erasure`() {
    let data = Array(#"{"number":7,"personal":"a.b.c"}"#.utf8)
    let error = EventDecodingError.personalNotOpened(
        type: "RemarkMade.v1",
        reason: "VaultIsDown()"
    )
    #expect(throws: error) {
        try PortalEvent.read(type: "RemarkMade.v1", data: data) { _ throws(VaultIsDown) in
            throw VaultIsDown()
        }
    }
}

@Test func `content is what is open and nothing else`() {
    #expect(Sealed.open(1).content == 1)
    #expect(Sealed<Int>.locked("a").content == nil)
    #expect(Sealed<Int>.erased.content == nil)
    #expect(Sealed.open(1).map { $0 + 1 } == .open(2))
    #expect(Sealed<Int>.locked("a").map { $0 + 1 } == .locked("a"))
    #expect(Sealed<Int>.erased.map { $0 + 1 } == .erased)
}
