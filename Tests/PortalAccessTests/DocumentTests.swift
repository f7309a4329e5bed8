import EventLine
import PortalAccess
import PortalEvents
import Testing

/// Documents on a client's card (S1-24).
struct DocumentTests {
    @Test func `a document is hidden until it is made visible`() {
        var stage = Stage()
        let input = stage.clientInput.with("name", "Plan").with("content", "Rest.")
        let id = stage.done("AddDocument", input).firstID {
            if case .documentAdded(let event) = $0 { event.documentId } else { nil }
        }
        #expect(stage.state.chart.documents.map(\.isVisible) == [false])
        let showing: JSONValue = ["documentId": .id(id), "visible": true]
        #expect(
            stage.done("SetDocumentVisibility", showing).map(\.name) == ["DocumentMadeVisible"]
        )
        #expect(stage.state.chart.documents.map(\.isVisible) == [true])
        let hiding = showing.with("visible", false)
        #expect(stage.done("SetDocumentVisibility", hiding).map(\.name) == ["DocumentHidden"])
        #expect(stage.state.chart.documents.map(\.isVisible) == [false])
    }

    @Test func `its size is that of the file, not of its base64`() {
        var stage = Stage()
        let file: JSONValue = ["fileName": "plan.txt", "content": "UGxhbg=="]
        let input = stage.clientInput.with("name", "Plan").with("content", file)
        guard case .documentAdded(let event)? = stage.done("AddDocument", input).first else {
            return
        }
        #expect(event.byteCount == 4)
    }
}
