import Foundation

// The parts of FHIR's data types that are read. Whatever else stands in them is ignored.

struct CodeableConcept: Decodable {
    struct Coding: Decodable {
        let code: String?
        let display: String?
    }

    let coding: [Coding]?
    let text: String?

    /// The text, else the first coding in words.
    var words: String? {
        text.content ?? coding?.lazy.compactMap { $0.display.content ?? $0.code.content }.first
    }
}

struct Identifier: Decodable {
    let type: CodeableConcept?
    let value: String?

    static func patientIdNumber(of identifiers: [Identifier]) -> String? {
        let isMedicalRecord = { (identifier: Identifier) in
            identifier.type?.coding?.contains { $0.code == "MR" } ?? false
        }
        return identifiers.lazy.filter(isMedicalRecord).compactMap(\.value.content).first
            ?? identifiers.lazy.compactMap(\.value.content).first
    }
}

struct HumanName: Decodable {
    let use: String?
    let text: String?
    let family: String?
    let given: [String]?

    static func preferred(of names: [HumanName]?) -> HumanName? {
        names?.first { $0.use == "official" } ?? names?.first
    }

    var givenNames: String? {
        given?.compactMap { Optional($0).content }.joined(separator: " ").nonEmpty
    }

    var inOnePiece: String? {
        text.content
            ?? [givenNames, family.content].compactMap(\.self).joined(separator: " ").nonEmpty
    }
}

struct ContactPoint: Decodable {
    let system: String?
    let value: String?
    let use: String?
    let rank: Int?

    /// The one of lowest rank; among equals a private one, then the first. One that is marked
    /// as no longer in use is never taken.
    static func preferred(_ system: String, of points: [ContactPoint]?) -> String? {
        let candidates = (points ?? []).enumerated().filter {
            $0.element.system == system && $0.element.use != "old"
                && $0.element.value.content != nil
        }
        let best = candidates.min { left, right in
            left.element.order(at: left.offset) < right.element.order(at: right.offset)
        }
        return best?.element.value.content
    }

    private func order(at place: Int) -> (Int, Int, Int) {
        (rank ?? Int.max, use == "home" || use == "mobile" ? 0 : 1, place)
    }
}

struct Reference: Decodable {
    let reference: String?

    /// The patient's logical id in `Patient/<id>`, in the same behind a server's address, with
    /// or without a version behind it, or in `urn:uuid:<id>`.
    static func patientID(in text: String) -> String? {
        let urn = "urn:uuid:"
        if text.hasPrefix(urn) {
            let id = String(text.dropFirst(urn.count))
            return isLogicalID(id) ? id : nil
        }
        var parts = text.split(separator: "/", omittingEmptySubsequences: false)
        if parts.count >= 4, parts[parts.count - 2] == "_history" { parts.removeLast(2) }
        guard parts.count >= 2, parts[parts.count - 2] == "Patient" else { return nil }
        let id = String(parts[parts.count - 1])
        return isLogicalID(id) ? id : nil
    }
}

/// Whether a text is what FHIR allows as an id.
func isLogicalID(_ text: String) -> Bool {
    (1...64).contains(text.utf8.count)
        && text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."):
                true
            default: false
            }
        }
}

extension Optional where Wrapped == String {
    /// The text without white space around it; nil if nothing is left.
    var content: String? {
        self?.trimmingCharacters(in: .whitespacesAndNewlines).nonEmpty
    }
}

extension String {
    var nonEmpty: String? { isEmpty ? nil : self }
}
