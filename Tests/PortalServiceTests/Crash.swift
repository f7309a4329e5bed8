import EventLine
import PersonalData
import PortalAccess

@testable import PortalService

extension House {
    /// As far as a process gets that dies as soon as the events of a command are durable. The
    /// store must be reopened before anything else.
    func crash(after command: String, _ input: JSONValue) async throws {
        let vault = store.vault
        guard let type = CommandCatalogue.named(command) else { throw Unexpected(command) }
        var fields = try CommandInput(input) { vault.keyedDigest($0.rawValue, $1) }
        let order = Order(command: try type.init(&fields), actor: ana, organisation: organisation)
        try await CommandDesk(store: store).runUntilDurable(order)
    }
}

extension CommandDesk {
    fileprivate func runUntilDurable(_ order: Order) async throws {
        guard let submitted = try submit(order, alsoTaken: []), submitted.refusal == nil else {
            throw Unexpected("\(order.command) was refused")
        }
        _ = try await durable(submitted)
    }
}
