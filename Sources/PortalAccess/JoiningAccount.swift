import EventLine
import PortalEvents

/// A command by which somebody may join with an account that they have: only if they show that it
/// is theirs.
package protocol JoiningCommand: Command {
    /// The account in use whose password has to be given; nil where the command opens one.
    func joinedAccount(in situation: Situation) -> PortalAccount?
}

extension Situation {
    /// Checks that an account in use is that of whoever holds a link: they are signed in to it, or
    /// give its password. Guesses by a link count as those at signing in do.
    ///
    /// - Parameter password: what the command does with one; with none nobody has guessed.
    func requireHolder(
        of account: PortalAccount,
        homedWith home: UniqueID,
        by password: PasswordUse
    ) throws(Refusal) {
        if actor == .portalUser(account.id) { return }
        let isShut = isThrottled(account)
        guard passwordMatches, !isShut else {
            let refused = SignInRefused(
                accountId: account.id,
                clientId: home,
                reason: isShut ? .throttled : .wrongPassword,
                at: now
            )
            throw Refusal(
                .loginEmailInUse,
                detail: "you have an account already; give its password, or sign in first",
                recording: password == .none ? [] : [.signInRefused(refused)]
            )
        }
    }
}
