/// How an event of an old version is read as one of the next.
///
/// Written by hand for each step, and named after it: `enum LetterShownV1ToV2: Upcaster`.
public protocol Upcaster {
    /// The version that was written.
    associatedtype Old
    /// The version after it.
    associatedtype New

    /// The same fact in the newer form. It never fails: the past is a fact.
    static func upcast(_ old: Old) -> New
}

extension Upcaster where Old: EventPayload, New: EventPayload {
    /// The event in its newest version, by way of the next.
    static func portalEvent(from old: Old) -> New.Union { upcast(old).portalEvent }
}
