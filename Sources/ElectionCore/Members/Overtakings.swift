/// Roles that somebody took from a leader of whose loss this instance had not heard yet: a record may overtake the word that a
/// connection is closed. So that all make the same plan for the roles of a lost member, those that were taken already count as if
/// they were still vacant.
struct Overtakings: Sendable {
    private struct Taking {
        let from: String
        let at: Timestamp
    }

    /// After that long the word would have come.
    private static let span = Duration.milliseconds(200)

    private var takings: [Int: Taking] = [:]
    /// The roles of members that are known to be lost by now, and since when.
    private var counted: [Int: Timestamp] = [:]

    mutating func taken(_ role: Int, from leader: String, at now: Timestamp) {
        takings[role] = Taking(from: leader, at: now)
    }

    mutating func lost(_ member: String, at now: Timestamp) {
        for (role, taking) in takings where taking.from == member && now < taking.at + Self.span { counted[role] = now }
    }

    /// The roles that count as vacant.
    mutating func roles(at now: Timestamp) -> [Int] {
        if !counted.isEmpty { counted = counted.filter { now < $0.value + Self.span } }
        return Array(counted.keys)
    }
}
