/// When those are forgotten that are gone: where each process has a name of its own, as pods have, they would fill the memory.
struct Forgetting: Hashable, Sendable {
    private static let pace = Duration.seconds(600)
    private var next: Timestamp?

    /// Whether it is time to look at all of them again.
    mutating func isDue(at now: Timestamp) -> Bool {
        if let next, now < next { return false }
        next = now + Self.pace
        return true
    }

    /// Whether who was heard then, and not since, will hardly come back under its name.
    static func isGone(_ heard: Timestamp, ttl: Duration, at now: Timestamp) -> Bool {
        heard + max(pace, ttl * 10) <= now
    }
}
