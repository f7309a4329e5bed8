import EventLine
import PersonalData

/// What the application on somebody's phone shows.
extension Play {
    /// The one-time code of a secret, at the time at which the clock stands.
    func code(of secret: String) throws -> String {
        guard let now = Instant(rfc3339: now) else { throw Unexpected("\(now) is no time") }
        let bytes = Base32.bytes(try LooseValue.filled(secret, named))
        return OneTimeCode(secret: bytes).code(at: now.microseconds / 30_000_000)
    }
}
