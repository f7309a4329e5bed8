/// What became of sealed personal data when it was to be opened.
public enum PersonalContent: Hashable, Sendable {
    /// The JSON object inside.
    case opened([UInt8])
    /// Its key was destroyed: every field in it reads as null from now on.
    case erased
    /// Its key exists but cannot be used now, with the reason. Nothing is applied.
    case unavailable(String)
}

/// Opens the JWE of an event's `personal` member. Called from several threads.
public typealias PersonalOpening = @Sendable (_ jwe: String) -> PersonalContent
