import EventLog
import PersonalData
import ProjectionEngine

/// Why the program could not do what was asked: nothing that a command's refusal would say.
package struct ServiceError: Error, Hashable, CustomStringConvertible {
    /// What was wrong and what to do, as a sentence.
    package let description: String

    /// An error of this sentence.
    package init(_ description: String) {
        self.description = description
    }
}

/// Runs something of another module and turns its error, whose sentence stays, into a
/// `ServiceError`.
func serviceError<Result, Failure: Error & CustomStringConvertible>(
    _ body: () throws(Failure) -> Result
) throws(ServiceError) -> Result {
    do {
        return try body()
    } catch {
        throw ServiceError(error.description)
    }
}
