import Foundation
import PersonalData

/// Where the master key comes from: the environment, or a file in the data directory.
enum MasterKeyFile {
    /// The key for a new store, which is made if there is none.
    static func ready(at path: String) throws(ServiceError) -> MasterKey {
        if let key = try fromEnvironment() { return key }
        guard !FileManager.default.fileExists(atPath: path) else { return try existing(at: path) }
        return try serviceError { () throws(MasterKeyError) in try MasterKey.create(at: path) }
    }

    /// The key of a store.
    static func existing(at path: String) throws(ServiceError) -> MasterKey {
        if let key = try fromEnvironment() { return key }
        return try serviceError { () throws(MasterKeyError) in try MasterKey.load(from: path) }
    }

    private static func fromEnvironment() throws(ServiceError) -> MasterKey? {
        try serviceError { () throws(MasterKeyError) in
            try MasterKey.fromEnvironment(ProcessInfo.processInfo.environment)
        }
    }
}
