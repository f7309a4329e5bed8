import EventLine

/// What stands in the outbox.
extension Play {
    func newMails() throws -> [JSONValue] {
        try door.manifestNames().filter { !mailsBefore.contains($0) }.map(door.manifest)
    }

    func take(_ delivered: Line.Delivered) throws {
        let recipient = try LooseValue.filled(delivered.recipient, named).lowercased()
        let found = try door.manifests().last { manifest in
            let isTo =
                manifest["recipient"]?.string?.lowercased() == recipient
                || manifest["clientId"]?.string == recipient
            let isAbout =
                delivered.purpose == nil || manifest["purpose"]?.string == delivered.purpose
            return isTo && isAbout && manifest["kind"]?.string == delivered.kind
                && delivered.captures.allSatisfy { manifest["fields"]?[$0.field] != nil }
        }
        guard let found else { throw Unexpected("there is none: \(try door.manifests().count)") }
        for capture in delivered.captures {
            guard let value = found["fields"]?[capture.field]?.string else {
                throw Unexpected("there is no \(capture.field) in \(found.canonicalText)")
            }
            // A link's token is what commands want.
            let token = value.split(separator: "?token=").last.map(String.init)
            named[capture.name] = capture.field.hasSuffix("Link") ? token : value
        }
    }

    func expectNoNewMail(to recipient: String?) throws {
        let recipient = try recipient.map { try LooseValue.filled($0, named).lowercased() }
        let found = try newMails().filter { manifest in
            recipient == nil || manifest["recipient"]?.string?.lowercased() == recipient
                || manifest["clientId"]?.string == recipient
        }
        guard found.isEmpty else { throw Unexpected("there is \(found.map(\.canonicalText))") }
    }
}
