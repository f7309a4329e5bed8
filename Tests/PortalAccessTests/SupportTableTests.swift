import EventLine
import PortalAccess
import PortalEvents
import Testing

/// T9: whom patients can turn to, and from when they see it.
struct SupportTableTests {
    private static let hour = Int64.hour

    private struct Desk {
        var stage = Stage()

        mutating func enter(_ type: String?, _ email: String, _ name: String = "Enter") {
            stage.done("\(name)SupportInformation", Self.input(type, email))
        }

        static func input(_ type: String?, _ email: String) -> JSONValue {
            [
                "organisationType": type.map { .string($0) } ?? .null, "email": .string(email),
                "phone": "555 0199",
            ]
        }

        mutating func wait(_ microseconds: Int64) {
            stage.world.now = stage.world.now.adding(microseconds: microseconds)
        }

        func seen(_ type: String?) -> String? {
            stage.world.organisation.support.visible(toPatientsOf: type, at: stage.world.now)?
                .contact?.email
        }

        func newest(_ type: String?) -> String? {
            stage.world.organisation.support.newest(for: type)?.contact?.email
        }
    }

    @Test func `patients see it exactly an hour after it was entered, staff at once`() {
        var desk = Desk()
        desk.enter(nil, "a@example.org")
        #expect(desk.newest(nil) == "a@example.org")
        desk.wait(Self.hour - 1)
        #expect(desk.seen(nil) == nil)
        desk.wait(1)
        #expect(desk.seen(nil) == "a@example.org")
    }

    @Test func `an amendment inside the hour has an hour of its own`() {
        var desk = Desk()
        desk.enter(nil, "a@example.org")
        desk.wait(Self.hour / 2)
        desk.enter(nil, "b@example.org", "Amend")
        #expect(desk.newest(nil) == "b@example.org")
        desk.wait(Self.hour / 2)
        #expect(desk.seen(nil) == "a@example.org")
        desk.wait(Self.hour / 2 - 1)
        #expect(desk.seen(nil) == "a@example.org")
        desk.wait(1)
        #expect(desk.seen(nil) == "b@example.org")
    }

    @Test func `a type of its own comes before the blank one`() {
        var desk = Desk()
        desk.enter(nil, "all@example.org")
        desk.enter("clinic", "clinic@example.org")
        desk.wait(Self.hour)
        #expect(desk.seen("clinic") == "clinic@example.org")
        #expect(desk.seen("hospital") == "all@example.org")
        #expect(desk.seen(nil) == "all@example.org")
    }

    @Test func `the blank one stands in until the type's own hour is over`() {
        var desk = Desk()
        desk.enter(nil, "all@example.org")
        desk.wait(Self.hour)
        desk.enter("clinic", "clinic@example.org")
        #expect(desk.seen("clinic") == "all@example.org")
        desk.wait(Self.hour)
        #expect(desk.seen("clinic") == "clinic@example.org")
    }

    @Test func `what is withdrawn is seen for an hour more`() {
        var desk = Desk()
        desk.enter(nil, "all@example.org")
        desk.enter("clinic", "clinic@example.org")
        desk.wait(Self.hour)
        desk.stage.done("WithdrawSupportInformation", ["organisationType": "clinic"])
        #expect(desk.newest("clinic") == nil)
        desk.wait(Self.hour - 1)
        #expect(desk.seen("clinic") == "clinic@example.org")
        desk.wait(1)
        #expect(desk.seen("clinic") == "all@example.org")
    }

    @Test func `nothing is entered twice, amended or withdrawn before it is there`() {
        var desk = Desk()
        let ana = desk.stage.ana
        let input = Desk.input("clinic", "clinic@example.org")
        for name in ["AmendSupportInformation", "WithdrawSupportInformation"] {
            let given: JSONValue = name.hasPrefix("A") ? input : ["organisationType": "clinic"]
            #expect(desk.stage.world.run(name, given, as: ana).reason == .notFound)
        }
        desk.stage.done("EnterSupportInformation", input)
        let again = desk.stage.world.run("EnterSupportInformation", input, as: ana)
        #expect(again.reason == .supportAlreadyEntered)
        desk.stage.done("EnterSupportInformation", input.with("organisationType", " "))
        desk.stage.done("WithdrawSupportInformation", ["organisationType": " clinic "])
        desk.stage.done("EnterSupportInformation", input)
    }
}
