import EventLine
package import PortalEvents

/// Notes that the key of an ordered erasure is gone from the vault.
package struct CompleteErasure: Command {
    private let ordered: PersonalDataKeyDestroyed

    package init(of ordered: PersonalDataKeyDestroyed) { self.ordered = ordered }

    package var audience: Audience { .system }
    package var target: Target { .client(ordered.clientId) }

    package func decide(in situation: Situation) throws(Refusal) -> [PortalEvent] {
        let completed = PersonalDataErasureCompleted(
            keyId: ordered.keyId,
            scope: ordered.scope,
            clientId: ordered.clientId
        )
        return [.personalDataErasureCompleted(completed)]
    }
}
