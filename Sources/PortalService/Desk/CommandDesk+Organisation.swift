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

    /// The organisation whose log a command's events go to; nil for one that founds it. Whoever
    /// may not found one is refused in the organisation that they come from.
    func organisation(
        for command: any Command,
        by actor: Actor,
        _ named: UniqueID?
    ) throws(DeskFailure) -> UniqueID? {
        let isFounding = command is RegisterOrganisation
        if isFounding, case .system = actor { return nil }
        do throws(ServiceError) {
            if let found = try organisation(named) { return found }
        } catch {
            throw .service(error)
        }
        guard !isFounding else { return nil }
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
