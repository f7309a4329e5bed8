import PersonalData
import PortalEvents
import ProjectionEngine

extension Vault {
    /// How the domain opens personal data.
    func opened(_ jwe: String) throws(VaultError) -> OpenedPersonal {
        switch try open(jwe) {
        case .content(let bytes): .content(bytes)
        case .erased: .erased
        }
    }

    /// How the projections open personal data.
    var projectionOpening: PersonalOpening {
        { jwe in
            do throws(VaultError) {
                switch try self.open(jwe) {
                case .content(let bytes): return .opened(bytes)
                case .erased: return .erased
                }
            } catch {
                return .unavailable(error.description)
            }
        }
    }
}
