package import EventLine
package import PortalEvents

extension LocalDate {
    /// The birthday after so many years of somebody born on this date. Of those born on 29 February
    /// the rule says when they have it in common years.
    package func birthday(after years: Int, _ rule: LeapDayRule) -> LocalDate {
        let (year, month, day) = parts
        let inCommonYear = rule == .march1 ? (month: 3, day: 1) : (month: 2, day: 28)
        return LocalDate(year: year + years, month: month, day: day)
            ?? LocalDate(year: year + years, month: inCommonYear.month, day: inCommonYear.day)
            ?? self
    }

    /// The age of somebody born on this date.
    package func age(on date: LocalDate, _ rule: LeapDayRule) -> Int {
        let years = date.parts.year - parts.year
        return birthday(after: years, rule) <= date ? years : years - 1
    }
}
