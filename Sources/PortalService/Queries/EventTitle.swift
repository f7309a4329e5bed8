import PortalEvents

/// What an event is called where people read it.
package enum EventTitle {
    /// The activity log's wording where the type has one, or else its name as words.
    package static func text(of type: String) -> String {
        EventShape.named(type)?.label ?? words(of: type)
    }

    /// A name such as `ClientEndDateSet.v1` as words.
    package static func words(of name: String) -> String {
        var words = ""
        for letter in name.prefix(while: { $0 != "." }) {
            if letter.isUppercase, !words.isEmpty { words.append(" ") }
            words.append(letter)
        }
        return words
    }
}
