import Synchronization

/// How many roles an instance leads, and into how many bursts their renewals go for it.
final class LedRoles: Sendable {
    /// If all instances led as many roles, there would be at most so many bursts a second in all: a follower that is woken by one
    /// more often than each 20 ms has little of it, and one that leads many roles is not to keep the server from all others.
    static let mostBurstsASecond = 50

    private let count = Atomic(0)
    private let roles = Atomic(0)
    private let heartbeat: Duration

    init(heartbeat: Duration) {
        self.heartbeat = heartbeat
    }

    /// The instance takes part in one more.
    func added() { roles.add(1, ordering: .relaxed) }

    func note(_ event: ElectionEvent) {
        switch event {
        case .acquired: count.add(1, ordering: .relaxed)
        case .demoted: count.subtract(1, ordering: .relaxed)
        case .operation, .suspected, .promoted, .steppedDown, .released: break
        }
    }

    /// Into how many bursts an interval is to be divided for the next role that is led.
    var bursts: Int {
        let led = count.load(ordering: .relaxed) + 1
        return Self.bursts(leading: led, of: roles.load(ordering: .relaxed), heartbeat: heartbeat)
    }

    /// - Returns: a power of two, so that the bursts of fewer roles are among those of more.
    static func bursts(leading led: Int, of roles: Int, heartbeat: Duration) -> Int {
        let share = Double(led) / Double(max(roles, 1)) * (heartbeat / .seconds(1)) * Double(mostBurstsASecond)
        var bursts = 1
        while Double(bursts * 2) <= share, bursts < led { bursts *= 2 }
        return bursts
    }
}
