import EventLine
import PortalAccess
import Testing

/// What the program says of its commands is what they do.
struct DescriptionTests {
    private static let all = CommandDescription.all

    @Test func `every command is described, each once and in the catalogue's order`() {
        #expect(Self.all.map(\.name) == CommandCatalogue.all.map { $0.name })
    }

    @Test func `every example is read by its own command, with nothing left over`() throws {
        for description in Self.all {
            let type = try #require(CommandCatalogue.named(description.name))
            var input = try CommandInput(description.example) { _, _ in "00" }
            #expect(throws: Never.self, "\(description.name)") {
                _ = try type.init(&input)
                try input.finish()
            }
        }
    }

    @Test func `the fields are the contract's, and so is which of them are required`() {
        for description in Self.all {
            guard let form = CommandForm.all.first(where: { $0.name == description.name }) else {
                continue
            }
            #expect(
                Set(description.fields.map(\.name)) == Set(form.fields.map(\.name)),
                "\(description.name)"
            )
            for field in form.fields where field.absence != .replaceable {
                let described = description.fields.first { $0.name == field.name }
                let refusal: Refusal.Reason? =
                    switch field.absence {
                    case .allowed, .replaceable: nil
                    case .invalid: .invalidInput
                    case .refused(let reason): reason
                    }
                #expect(described?.refusal?.reason == refusal, "\(description.name) \(field.name)")
            }
        }
    }

    @Test func `an example stands in every required field, so that it shows how to write it`() {
        for description in Self.all {
            for field in description.fields where field.isRequired {
                #expect(
                    description.example[field.name] != nil,
                    "\(description.name) \(field.name)"
                )
            }
        }
    }

    @Test func `a description says which words a field may hold`() throws {
        let description = try #require(CommandDescription(of: AcceptInvitation.self))
        let capacity = try #require(description.fields.first { $0.name == "capacity" })
        #expect(capacity.json["words"] == ["self", "legalRepresentative"])
        #expect(capacity.isRequired)
        #expect(description.ids == ["profileId", "accountId"])
        #expect(description.fields.first { $0.name == "password" }?.isRequired == false)
    }
}
