import Testing

/// Runs at most so many test cases at once, however many cores there are: each opens a store with
/// its log, its vault and all projections, and the files that one process may open are counted.
struct FewAtOnce: SuiteTrait, TestTrait, TestScoping {
    static let stores = Turnstile(places: 6)

    var isRecursive: Bool { true }

    func provideScope(
        for test: Test,
        testCase: Test.Case?,
        performing function: @Sendable @concurrent () async throws -> Void
    ) async throws {
        guard testCase != nil else { return try await function() }
        await Self.stores.enter()
        do {
            try await function()
        } catch {
            await Self.stores.leave()
            throw error
        }
        await Self.stores.leave()
    }
}

extension Trait where Self == FewAtOnce {
    /// The suite's cases open stores, of which only a few are open at once.
    static var opensStores: FewAtOnce { FewAtOnce() }
}

/// Lets so many in at once; who has to wait comes in turn.
actor Turnstile {
    private var placesLeft: Int
    private var waiting: [CheckedContinuation<Void, Never>] = []

    init(places: Int) { placesLeft = places }

    func enter() async {
        if placesLeft > 0 {
            placesLeft -= 1
        } else {
            await withCheckedContinuation { waiting.append($0) }
        }
    }

    func leave() {
        if waiting.isEmpty {
            placesLeft += 1
        } else {
            waiting.removeFirst().resume()
        }
    }
}
