import EventLine
import Foundation

/// The calendar of a time zone, as the service has it.
struct Zone {
    private let zone: TimeZone

    /// Looking one up takes longer than a whole decision.
    private static let known = [
        "America/New_York", "Pacific/Auckland", "Europe/London", "Asia/Kolkata",
    ].reduce(into: [:]) { $0[$1] = TimeZone(identifier: $1) }

    init(_ name: String) { zone = Self.known[name] ?? TimeZone(identifier: name) ?? .gmt }

    func date(of instant: Instant) -> LocalDate {
        let local = instant.adding(microseconds: offset(at: instant)).microseconds
        guard let date = LocalDate(daysSinceEpoch: Int(local / Int64.day)) else {
            preconditionFailure("Tests play between the years 1970 and 9999.")
        }
        return date
    }

    /// Midnight where there is one: in these zones no clock goes forward then.
    func start(of date: LocalDate) -> Instant {
        let utc = Instant(utcMidnightOf: date)
        let near = utc.adding(microseconds: -offset(at: utc))
        return utc.adding(microseconds: -offset(at: near))
    }

    private func offset(at instant: Instant) -> Int64 {
        let seconds = Double(instant.microseconds / 1_000_000)
        return Int64(zone.secondsFromGMT(for: Date(timeIntervalSince1970: seconds))) * 1_000_000
    }
}

extension Int64 {
    /// An hour in microseconds.
    static let hour: Int64 = 3_600_000_000
    /// A day in microseconds.
    static let day: Int64 = 24 * hour
}
