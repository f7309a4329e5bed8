import Foundation

/// The numbers of what some members of the envelope last were, in one batch: they mostly are the
/// same in the next event, and comparing costs less than looking for an id.
struct RecentNumbers {
    enum Kind: Int {
        /// Of it comes the organisation.
        case source
        case actor
        case client
    }

    /// A member, and where the line has its text.
    struct Member {
        let kind: Kind
        let range: Range<Int>
    }

    private struct Known {
        var range = 0..<0
        var number: Int64?
    }

    private var source = Known()
    private var actor = Known()
    private var client = Known()

    /// Its number; nil if another text came last.
    func number(of member: Member, in text: UnsafeBufferPointer<UInt8>) -> Int64?? {
        let known =
            switch member.kind {
            case .source: source
            case .actor: actor
            case .client: client
            }
        guard !known.range.isEmpty, known.range.count == member.range.count,
            member.range.upperBound <= text.count, let start = text.baseAddress,
            memcmp(
                start + known.range.lowerBound,
                start + member.range.lowerBound,
                known.range.count
            ) == 0
        else { return nil }
        return .some(known.number)
    }

    /// Remembers what came last; nil where that has no number.
    mutating func note(_ number: Int64?, of member: Member) {
        let known = Known(range: member.range, number: number)
        switch member.kind {
        case .source: source = known
        case .actor: actor = known
        case .client: client = known
        }
    }
}
