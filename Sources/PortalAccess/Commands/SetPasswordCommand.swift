package import PortalEvents

/// Sets a password by the link that was mailed to whoever forgot it.
package struct SetPassword: CallableCommand {
    package static var replyIDs: [String] { ["accountId"] }
    private let passwordText: String
    private let reset: PasswordReset

    package init(_ input: inout CommandInput) throws(Refusal) {
        passwordText = try input.text("password")
        reset = PasswordReset(tokenHash: try input.tokenHash())
    }

    package var audience: Audience { .anybody }
    package var target: Target { .stream(.token(reset.tokenHash)) }
    package var password: PasswordUse { .set(passwordText) }

    package func decide(in situation: Situation) throws(Refusal) -> [PortalEvent] {
        try reset.decide(passwordText, in: situation)
    }
}
