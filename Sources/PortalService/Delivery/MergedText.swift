import Mustache
import PortalAccess

/// Texts with merge fields, filled in by the Mustache library.
///
/// Of Mustache an author can use `{{field}}`: everything else is refused when a text is saved, so
/// that a letter shows what its author sees.
enum MergedText {
    /// A plain text with each `{{field}}` replaced by its value as it is; a field without value by
    /// nothing. What no library could read, which was saved before texts were checked, stays.
    static func plain(_ text: String, _ value: (MergeField) -> String?) -> String {
        let values = MergeField.allCases.reduce(into: [String: String]()) {
            $0[$1.rawValue] = value($1)
        }
        // The ampersand is Mustache's for a value that is not escaped as HTML.
        let template = try? MustacheTemplate(string: text.replacing("{{", with: "{{&"))
        return template?.render(values) ?? text
    }
}

extension EmailText {
    /// The same with its fields filled in.
    func merged(_ value: (MergeField) -> String?) -> EmailText {
        EmailText(
            subject: MergedText.plain(subject, value),
            body: MergedText.plain(body, value)
        )
    }
}
