import EventLine
import PortalAccess
import PortalEvents
import Testing

/// Invariant 13: no secret is ever in an event in clear, not even in what is sealed in it; and
/// nothing personal is outside what is sealed.
struct SecretTests {
    /// All events of a history as they would stand in the log, and what is sealed in them.
    private struct Written {
        var data = ""
        var sealed = ""
        var secrets: Set<String> = []

        init(seed: UInt64) {
            var history = RandomHistory(seed: seed)
            for _ in 0..<500 { _ = history.advance() }
            self.init(history.stage.world)
        }

        init(_ world: World) {
            for event in world.events {
                let bytes = event.encodedData { key, plaintext in
                    sealed += key + String(decoding: plaintext, as: UTF8.self) + "\n"
                    return "sealed"
                }
                data += event.type + String(decoding: bytes, as: UTF8.self) + "\n"
            }
            secrets = Set(world.handedOut.values)
        }

        /// Everything that looks like a word, a code or a token.
        var words: Set<Substring> {
            Set(
                (data + sealed).split { character in
                    !(character.isLetter || character.isNumber || character == "-")
                }
            )
        }
    }

    @Test(arguments: UInt64(1)...4)
    func `no event holds a code, a token or a password in clear`(seed: UInt64) {
        let written = Written(seed: seed)
        let words = written.words
        #expect(written.secrets.count > 50)
        for secret in written.secrets {
            #expect(!words.contains(Substring(secret)), "seed \(seed)")
            let bare = secret.asActivationCode
            #expect(!words.contains(Substring(bare)), "seed \(seed)")
            #expect(!words.contains(Substring(bare.lowercased())), "seed \(seed)")
        }
        for secret in RandomHistory.passwords + [Stage.password, "link-"] {
            #expect(!written.data.contains(secret), "seed \(seed)")
            #expect(!written.sealed.contains(secret), "seed \(seed)")
        }
    }

    @Test func `nothing personal stands outside what is sealed`() {
        let histories = (1...4).map { Written(seed: $0) }
        for personal in ["Carla", "Diaz", "1980-05-06", "@", "555 0100", "aspirin", "\"P-1\""] {
            for written in histories { #expect(!written.data.contains(personal), "\(personal)") }
            // Not every history comes to write everything.
            #expect(histories.contains { $0.sealed.contains(personal) }, "\(personal)")
        }
    }

    @Test func `the search would find a secret`() {
        var stage = Stage()
        stage.done("CreatePatientPortalCredentials", stage.creating())
        let code = stage.code()
        let link = stage.world.handedOut.values.first { $0.hasPrefix("link-") } ?? ""
        #expect(Written(stage.world).words.isDisjoint(with: [Substring(code), Substring(link)]))
        let told = JSONValue.string("tel \(code).")
        stage.done("ChangeClientPhone", stage.clientInput.with("new", told))
        let content: JSONValue = ["url": .string("https://x.org/?token=\(link)")]
        stage.done("CreateMedicalProfile", stage.clientInput)
        stage.done("AddRecordResource", stage.adding("visit").with("content", content))
        let words = Written(stage.world).words
        #expect(words.contains(Substring(code)) && words.contains(Substring(link)))
    }
}
