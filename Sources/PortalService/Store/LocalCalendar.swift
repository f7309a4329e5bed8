package import EventLine
import Foundation

/// Local dates of an organisation's time zone.
package struct LocalCalendar: Sendable {
    private let calendar: Calendar

    /// The calendar of an IANA zone; nil if there is no such zone.
    package init?(zone name: String) {
        // Foundation also takes abbreviations such as EST, which name no set of rules.
        guard name.contains("/") || name == "UTC", let zone = TimeZone(identifier: name) else {
            return nil
        }
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = zone
        self.calendar = calendar
    }

    /// Coordinated universal time.
    package static let universal = LocalCalendar(offsetFree: TimeZone(secondsFromGMT: 0))

    private init(offsetFree zone: TimeZone?) {
        var calendar = Calendar(identifier: .gregorian)
        if let zone { calendar.timeZone = zone }
        self.calendar = calendar
    }

    /// The date that the zone's calendars show at a moment.
    package func date(of instant: Instant) -> LocalDate {
        let day: Int64 = 86_400_000_000
        let local = instant.microseconds + Int64(offset(at: instant)) * 1_000_000
        let floored = local >= 0 ? local / day : (local - day + 1) / day
        return LocalDate.epoch.adding(days: Int(floored))
    }

    /// The moment at which a date begins; not always 00:00 on the clock.
    package func start(of date: LocalDate) -> Instant {
        let parts = date.parts
        let components = DateComponents(year: parts.year, month: parts.month, day: parts.day)
        guard let start = calendar.date(from: components) else {
            return Instant(utcMidnightOf: date)
        }
        return Instant(microseconds: Int64(start.timeIntervalSince1970 * 1_000_000))
    }

    /// A moment as the zone's clocks show it, with the offset: `2026-03-02 10:00:00-05:00`.
    package func text(of instant: Instant) -> String {
        let offset = offset(at: instant)
        let local = instant.adding(microseconds: Int64(offset) * 1_000_000).description
        let zone = String(
            format: "%@%02d:%02d",
            offset < 0 ? "-" : "+",
            abs(offset) / 3600,
            abs(offset) / 60 % 60
        )
        return local.prefix(10) + " " + local.dropFirst(11).prefix(8) + zone
    }

    private func offset(at instant: Instant) -> Int {
        calendar.timeZone.secondsFromGMT(
            for: Date(timeIntervalSince1970: Double(instant.microseconds) / 1_000_000)
        )
    }
}
