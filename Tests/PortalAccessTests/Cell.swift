import PortalAccess
import PortalEvents
import Testing

/// One cell of a state table.
struct Cell<Row: Sendable, Column: Sendable>: Sendable, CustomTestStringConvertible {
    let row: Row
    let column: Column
    let answer: Answer

    var testDescription: String { "\(row), \(column): \(answer)" }
}

/// The cells of a table whose rows list the answers in the order of the columns.
func cellsOf<Row: Hashable & CaseIterable, Column: CaseIterable>(
    _ table: [Row: [Answer]],
    _: Column.Type
) -> [Cell<Row, Column>] {
    Row.allCases.flatMap { row -> [Cell<Row, Column>] in
        let answers = table[row] ?? []
        precondition(answers.count == Column.allCases.count, "Row \(row) has an empty cell.")
        return zip(Column.allCases, answers).map { Cell(row: row, column: $0, answer: $1) }
    }
}

/// Checks that an act is answered as the cell says; that a refusal leaves every state as it was,
/// but for the count of failed attempts and what the last of them does; and that exactly the
/// events it names were written.
func check<Row, Column>(
    _ cell: Cell<Row, Column>,
    on stage: inout Stage,
    at location: SourceLocation = #_sourceLocation,
    _ act: (inout Stage) -> Outcome
) {
    let fold = stage.world.fold
    let count = stage.world.history.count
    let outcome = act(&stage)
    #expect(outcome.answer == cell.answer, sourceLocation: location)
    let written = stage.world.events.dropFirst(count).map(\.name)
    #expect(written == cell.answer.names, sourceLocation: location)
    guard cell.answer.reason != nil else { return }
    let counts = cell.answer.names.contains("PatientUserFailedToRegister")
    #expect(counts || stage.world.fold == fold, sourceLocation: location)
}
