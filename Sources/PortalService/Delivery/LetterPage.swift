import Mustache
import PortalAccess
import PortalEvents

/// A letter as a page of HTML, for the screen and the printer.
struct LetterPage {
    private let title: String
    private let base: String
    private let body: String
    private let values: LetterValues

    /// - Parameters:
    ///   - parts: what it must show of the credentials.
    ///   - named: the fields that are shown beside the page.
    init(
        _ template: LetterTemplate,
        base: String,
        _ values: LetterValues,
        _ parts: [LetterPart],
        besides named: [MergeField] = []
    ) {
        title = template.name
        self.base = base
        self.values = values
        let shown = MergeField.named(in: base) + named
        body = values.body(of: template, showing: parts, besides: shown)
    }

    /// What it shows is escaped by the library.
    var html: String {
        let paragraphs = text.split(separator: "\n\n").map(String.init)
        return Self.page.render(Content(title: title, paragraphs: paragraphs))
    }

    private struct Content {
        let title: String
        let paragraphs: [String]
    }

    private static let page: MustacheTemplate = {
        let text = """
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <title>{{title}}</title>
            <style>
            body { font: 12pt/1.5 serif; max-width: 42em; margin: 3em auto; }
            p { white-space: pre-line; }
            </style>
            </head>
            <body>
            {{#paragraphs}}
            <p>{{.}}</p>
            {{/paragraphs}}
            </body>
            </html>

            """
        guard let page = try? MustacheTemplate(string: text) else {
            preconditionFailure("The page of a letter is a template.")
        }
        return page
    }()

    /// `{{body}}` in the base is where the letter's own text goes; without one it comes last.
    var text: String {
        let hasPlace = MergeField.named(in: base).contains(.body)
        let merged = MergedText.plain(base) { $0 == .body ? body : values.value($0) }
        return hasPlace ? merged : base.isEmpty ? body : "\(merged)\n\n\(body)"
    }
}
