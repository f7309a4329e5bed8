/// The name of a member, and its bytes in canonical JSON.
struct MemberName: Sendable {
    let text: String
    /// `"letterId":`.
    let literal: [UInt8]

    /// A name that needs no escapes, which the schema compiler sees to.
    @inline(never)
    init(_ text: String) {
        self.text = text
        literal = Array("\"\(text)\":".utf8)
    }
}
