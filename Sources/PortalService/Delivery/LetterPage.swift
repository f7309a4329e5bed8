import PortalAccess

/// A letter as a page of HTML, for the screen and the printer.
struct LetterPage {
    let title: String
    let base: String
    let body: String
    let values: LetterValues

    var html: String {
        """
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <title>\(XMLText.escaped(title))</title>
        <style>
        body { font: 12pt/1.5 serif; max-width: 42em; margin: 3em auto; }
        p { white-space: pre-line; }
        </style>
        </head>
        <body>
        \(paragraphs(text))
        </body>
        </html>

        """
    }

    /// `{{body}}` in the base is where the letter's own text goes; without one it comes last.
    var text: String {
        let hasPlace = base.contains("{{body}}")
        let merged = MergeField.merge(base) { $0 == .body ? body : values.value($0) }
        return hasPlace ? merged : base.isEmpty ? body : "\(merged)\n\n\(body)"
    }

    private func paragraphs(_ text: String) -> String {
        text.split(separator: "\n\n").map { "<p>\(XMLText.escaped(String($0)))</p>" }
            .joined(separator: "\n")
    }
}
