package import EventLine
import PortalAccess

extension CommandDesk {
    /// The organisations of the store, in the order in which they were registered.
    package func organisations() throws(ServiceError) -> [UniqueID] {
        try loader.allOrganisations()
    }

    /// The organisation that a request is about; it may be left out where there is one.
    package func organisation(_ named: UniqueID?) throws(ServiceError) -> UniqueID? {
        let all = try organisations()
        guard let named else { return all.count == 1 ? all.first : nil }
        return all.contains(named) ? named : nil
    }

    func organisation(
        for command: any Command,
        _ named: UniqueID?
    ) throws(DeskFailure) -> UniqueID? {
        guard !(command is RegisterOrganisation) else { return nil }
        do throws(ServiceError) {
            if let found = try organisation(named) { return found }
        } catch {
            throw .service(error)
        }
        throw .refusal(.unknownOrganisation(named))
    }
}

extension Refusal {
    static func unknownOrganisation(_ named: UniqueID?) -> Refusal {
        named == nil
            ? .invalidInput("organisation", "there is not exactly one; name the organisation")
            : Refusal(.notFound, field: "organisation", detail: "there is no such organisation")
    }
}
