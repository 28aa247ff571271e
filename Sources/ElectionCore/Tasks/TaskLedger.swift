import Synchronization

/// Counts the live tasks of a process by kind: what runs is what was entered here.
public final class TaskLedger: Sendable {
    private let live = Mutex<[String: Int]>([:])

    public init() {}

    /// Runs `body` as one task of this kind.
    public func track<Result>(_ kind: String, _ body: () async throws -> Result) async rethrows -> Result {
        live.withLock { $0[kind, default: 0] += 1 }
        defer { live.withLock { $0[kind, default: 0] -= 1 } }
        return try await body()
    }

    /// Live tasks by kind; a kind that has run once stays, with 0.
    public var counts: [String: Int] { live.withLock(\.self) }
}
