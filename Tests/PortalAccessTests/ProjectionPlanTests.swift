import PortalEvents
import ProjectionEngine
import Projections
import Testing

/// What `daybook projections check` says of the projections that come with the program.
struct ProjectionPlanTests {
    @Test func `no projection of the program reads a large table in full without a reason`()
        throws
    {
        let definitions = try ProjectionDefinition.load(
            texts: ProjectionTexts.all,
            shapes: EventShape.all
        )
        #expect(try definitions.flatMap { try $0.planProblems() }.map(\.description) == [])
    }
}
