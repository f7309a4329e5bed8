package import EventLine
import PortalAccess
import PortalEvents

extension Archive {
    /// What `--at` names as queries take it: a sequence and a time stay; a local date becomes the
    /// last moment of that day, or now while it lasts, in the organisation's zone. Where none is
    /// named it is the first one's.
    package func moment(
        named text: String,
        of organisation: UniqueID? = nil
    ) throws(ServiceError) -> String {
        guard let date = LocalDate(text) else { return text }
        let calendar = try calendar(of: organisation)
        let last = calendar.start(of: date.adding(days: 1)).adding(microseconds: -1)
        // Today is not over yet.
        return "\(calendar.start(of: date) <= clock.now ? min(last, clock.now) : last)"
    }

    /// The calendar of an organisation, or where none is named of the first.
    package func calendar(of named: UniqueID?) throws(ServiceError) -> LocalCalendar {
        guard let stream = StreamName("organisations/registered") else { return .universal }
        let first = try lines(of: [stream], through: .max).first?.envelope.organisation
        guard let id = named ?? first else { return .universal }
        return LocalCalendar(zone: try settings(of: id, through: .max).timeZone) ?? .universal
    }
}
