import EventLine
import PortalAccess
import PortalEvents
import Testing

/// What people do with contacts and portal access (S3).
extension Stage {
    /// A stage on which portal access can be given: an email template, a profile, two roles.
    static func forFamilyPortal() -> Stage {
        var stage = Stage()
        stage.saveEmailTemplate()
        stage.makeProfile()
        stage.defineRole("family", ["visits"])
        stage.defineRole("physician", ["medications", "visits"])
        return stage
    }

    mutating func saveEmailTemplate() {
        let saved = EmailTemplateSaved(
            templateId: UniqueID(
                high: 0x0193_0000_0000_7000,
                low: 0x8000_0000_0000_0000 | UInt64(world.history.count)
            ),
            purpose: .familyPortalAccess,
            name: "Access",
            subject: "Your access",
            body: "Your password: {{temporaryPassword}}",
            hasInvitationLink: false
        )
        world.take([.emailTemplateSaved(saved)])
    }

    @discardableResult
    mutating func makeProfile() -> UniqueID {
        done("CreateMedicalProfile", clientInput).firstID {
            if case .medicalProfileCreated(let event) = $0 { event.profileId } else { nil }
        }
    }

    mutating func defineRole(_ name: String, _ permissions: [String]) {
        let list = JSONValue.array(permissions.map(JSONValue.string))
        done("DefinePortalRole", ["name": .string(name), "permissions": list])
    }

    func role(_ name: String) -> UniqueID {
        world.organisation.roles.first { $0.value.name == name }?.key ?? Self.nobody
    }

    /// Adds a contact to the client; answers with its id.
    mutating func addContact(email: String? = nil, person: UniqueID? = nil) -> UniqueID {
        let input = clientInput.with("name", "Pat Diaz").with("relationship", "brother")
            .with("email", email.map { .string($0) }).with("personId", person.map { .id($0) })
        return done("AddContact", input).firstID {
            if case .contactAdded(let event) = $0 { event.contactId } else { nil }
        }
    }

    func person(_ contact: UniqueID) -> UniqueID {
        state.contact(contact)?.personID ?? Self.nobody
    }

    func givingAccess(
        _ holder: String,
        email: String = "pat@example.org",
        as role: String = "family"
    ) -> JSONValue {
        [
            "profileId": .id(profile?.id ?? Self.nobody), "holder": .string(holder),
            "loginEmail": .string(email), "roleId": .id(self.role(role)),
        ]
    }

    /// Gives a contact access; answers with the id of the grant.
    @discardableResult
    mutating func addAccess(
        _ holder: String,
        email: String = "pat@example.org",
        as role: String = "family"
    ) -> UniqueID {
        done("AddFamilyPortalAccess", givingAccess(holder, email: email, as: role)).firstID {
            if case .familyPortalAccessAdded(let event) = $0 { event.grantId } else { nil }
        }
    }

    /// The temporary password that was mailed last.
    var mailedPassword: String {
        let hash = world.events.reversed().lazy.compactMap { event -> String? in
            guard case .temporaryPasswordIssued(let issued) = event else { return nil }
            return issued.passwordHash
        }.first
        return hash.flatMap { world.handedOut[$0] } ?? "none was mailed"
    }

    func signingIn(_ email: String = "pat@example.org", _ password: String? = nil) -> JSONValue {
        ["email": .string(email), "password": .string(password ?? mailedPassword)]
    }

    /// Why a sign-in was refused, as staff see it; nil if it was not.
    mutating func signInRefusal(
        _ email: String = "pat@example.org",
        _ password: String? = nil
    ) -> SignInRefusal? {
        let outcome = world.run("SignIn", signingIn(email, password), as: .anonymous)
        for event in outcome.events {
            if case .signInRefused(let refused) = event { return refused.reason }
        }
        return nil
    }

    /// Signs in with the mailed password and sets another; answers with the profiles seen.
    @discardableResult
    mutating func enter(_ email: String = "pat@example.org") -> [UniqueID] {
        let events = done("SignIn", signingIn(email), as: .anonymous)
        for event in events {
            guard case .signedIn(let signedIn) = event else { continue }
            done(
                "SetPassword",
                ["password": .string(Self.password)],
                as: .portalUser(signedIn.accountId)
            )
            return signedIn.profileIds
        }
        return []
    }

    func grant(_ id: UniqueID) -> AccessGrant? {
        world.clients.values.lazy.flatMap(\.profiles).compactMap { $0.grant(id) }.first
    }

    /// The account that holds an access.
    func holder(of grant: UniqueID) -> UniqueID {
        if case .account(let id)? = self.grant(grant)?.holder { return id }
        return Self.nobody
    }

    /// What the holder of an access may see of the client's profile.
    func access(by grant: UniqueID) -> EffectiveAccess? {
        let situation = world.situation(about: client)
        return situation.client.profile.map { situation.access(of: holder(of: grant), to: $0) }
    }

    /// The latest invitation to the family portal.
    var portalInvitation: JSONValue {
        let invitation = state.invitations.last { $0.kind == .familyPortal }
        return ["invitationId": .id(invitation?.id ?? Self.nobody)]
    }

    mutating func reject() {
        done("InviteClient", inviting(ticked: false))
        done("RejectInvitation", invitationLink, as: .anonymous)
    }
}
