import EventLine
import Foundation
import PersonalData
import PortalAccess
import PortalEvents

extension CommandDesk {
    /// What the reply to a command carries that stands in no event: the secret of a second factor,
    /// once, for the person's application.
    func handedOut(_ loaded: LoadedCase, for events: [PortalEvent]) -> [JSONMember] {
        for case .secondFactorSetUp(let event) in events {
            let secret = Base32.text(loaded.secrets.secondFactor)
            let account = loaded.situation.account(anywhere: event.accountId)?.account
            let uri = Self.uri(
                secret,
                of: account?.loginEmail ?? "",
                at: loaded.situation.organisation.name
            )
            return [
                JSONMember("secret", .string(secret)), JSONMember("otpauthUri", .string(uri)),
            ]
        }
        return []
    }

    /// The form that applications read from a picture.
    private static func uri(_ secret: String, of login: String, at issuer: String) -> String {
        func encoded(_ text: String) -> String {
            let plain = CharacterSet(charactersIn: "-._~").union(.init(charactersIn: letters))
            return text.addingPercentEncoding(withAllowedCharacters: plain) ?? ""
        }
        return "otpauth://totp/\(encoded(issuer)):\(encoded(login))?secret=\(secret)"
            + "&issuer=\(encoded(issuer))&algorithm=SHA1&digits=6&period=30"
    }

    private static let letters =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
}
