import EventLine
package import PortalEvents

/// Opens a client's card.
package struct RegisterClient: CallableCommand {
    package static var replyIDs: [String] { ["clientId"] }
    private let number: String?
    private let numberDigest: String?
    private let givenName: String
    private let familyName: String
    private let dateOfBirth: LocalDate
    private let email: String?
    private let phone: String?

    package init(_ input: inout CommandInput) throws(Refusal) {
        number = try input.optionalTrimmed("patientIdNumber")
        numberDigest = number.map { [input] in input.digest($0, for: .patientNumber) }
        givenName = try input.text("givenName")
        familyName = try input.text("familyName")
        dateOfBirth = try input.date("dateOfBirth")
        email = try input.optionalEmail("email")
        phone = try input.optionalTrimmed("phone")
    }

    package var audience: Audience { .staff(.editDemographics) }
    package var target: Target { .organisation }
    package var claims: [Claim] { numberDigest.map { [Claim("patientNumber", $0)] } ?? [] }

    package func decide(in situation: Situation) throws(Refusal) -> [PortalEvent] {
        guard situation.taken.isEmpty else {
            throw .invalidInput("patientIdNumber", "another client has this Patient ID number")
        }
        guard dateOfBirth <= situation.today else {
            throw .invalidInput("dateOfBirth", "must not be in the future")
        }
        let drawn = situation.drawnPatientNumber
        let personal = ClientRegistered.Personal(
            patientIdNumber: number ?? drawn.number,
            givenName: givenName,
            familyName: familyName,
            dateOfBirth: dateOfBirth,
            email: email,
            phone: phone
        )
        let registered = ClientRegistered(
            clientId: situation.ids[0],
            numberDigest: numberDigest ?? drawn.digest,
            personal: .open(personal)
        )
        return [.clientRegistered(registered)]
    }
}

/// Puts a new email address on a client's card. The login follows it.
package struct ChangeClientEmail: CallableCommand {
    private let clientID: UniqueID
    private let new: String?

    package init(_ input: inout CommandInput) throws(Refusal) {
        clientID = try input.id("clientId")
        new = try input.optionalEmail("new")
    }

    package var audience: Audience { .staff(.editDemographics) }
    package var target: Target { .client(clientID) }
    package func loginAddress(given client: ClientState) -> String? { new }

    package func decide(in situation: Situation) throws(Refusal) -> [PortalEvent] {
        let personal = ClientEmailChanged.Personal(old: situation.client.card?.email, new: new)
        let changed = ClientEmailChanged(clientId: clientID, personal: .open(personal))
        return [.clientEmailChanged(changed)] + (try followingLogin(in: situation))
    }

    private func followingLogin(in situation: Situation) throws(Refusal) -> [PortalEvent] {
        guard let account = situation.client.ownAccount, let old = account.loginDigest, let new,
            let digest = situation.loginDigest, digest != old
        else { return [] }
        guard situation.login.accountID == nil else { throw .loginEmailInUse }
        return account.changingLogin(to: new, digest: digest, for: clientID, .demographics)
    }
}

/// Puts a new phone number on a client's card.
package struct ChangeClientPhone: CallableCommand {
    private let clientID: UniqueID
    private let new: String?

    package init(_ input: inout CommandInput) throws(Refusal) {
        clientID = try input.id("clientId")
        new = try input.optionalTrimmed("new")
    }

    package var audience: Audience { .staff(.editDemographics) }
    package var target: Target { .client(clientID) }

    package func decide(in situation: Situation) throws(Refusal) -> [PortalEvent] {
        let personal = ClientPhoneChanged.Personal(old: situation.client.card?.phone, new: new)
        return [.clientPhoneChanged(.init(clientId: clientID, personal: .open(personal)))]
    }
}

/// Puts a client's date of birth right.
package struct CorrectClientDateOfBirth: CallableCommand {
    private let clientID: UniqueID
    private let new: LocalDate

    package init(_ input: inout CommandInput) throws(Refusal) {
        clientID = try input.id("clientId")
        new = try input.date("new")
    }

    package var audience: Audience { .staff(.editDemographics) }
    package var target: Target { .client(clientID) }

    package func decide(in situation: Situation) throws(Refusal) -> [PortalEvent] {
        guard new <= situation.today else {
            throw .invalidInput("new", "must not be in the future")
        }
        guard let old = situation.client.card?.dateOfBirth else { throw Refusal(.notFound) }
        let personal = ClientDateOfBirthCorrected.Personal(old: old, new: new)
        return [.clientDateOfBirthCorrected(.init(clientId: clientID, personal: .open(personal)))]
    }
}

/// Puts a name on a client's card right. What is left out stays as it is.
package struct ChangeClientName: CallableCommand {
    private let clientID: UniqueID
    private let givenName: String?
    private let familyName: String?

    package init(_ input: inout CommandInput) throws(Refusal) {
        clientID = try input.id("clientId")
        givenName = try input.optionalTrimmed("givenName")
        familyName = try input.optionalTrimmed("familyName")
        guard givenName != nil || familyName != nil else {
            throw .invalidInput("givenName", "give givenName, familyName or both")
        }
    }

    package var audience: Audience { .staff(.editDemographics) }
    package var target: Target { .client(clientID) }

    package func decide(in situation: Situation) throws(Refusal) -> [PortalEvent] {
        let personal = ClientDemographicsChanged.Personal(
            givenName: givenName,
            familyName: familyName
        )
        return [.clientDemographicsChanged(.init(clientId: clientID, personal: .open(personal)))]
    }
}

extension Refusal {
    static let loginEmailInUse = Refusal(
        .loginEmailInUse,
        detail: "another account signs in with this address"
    )
}

extension PortalAccount {
    /// The event by which this account takes a login address.
    func claiming(_ email: String, digest: String, for client: UniqueID) -> PortalEvent {
        .loginEmailClaimed(
            .init(
                accountId: id,
                clientId: client,
                emailDigest: digest,
                personal: .open(.init(email: email))
            )
        )
    }
}
