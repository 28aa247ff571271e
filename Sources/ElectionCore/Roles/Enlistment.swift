import Synchronization

/// In which order an instance's many roles end their standby, and how far it is: one vacant role after the other.
///
/// If all instances tried for all roles at once, the tries would by far outnumber the roles, and nobody would hear in time who had
/// won: with 200 instances of 1000 roles no role had found a leader after a minute. A try's answer comes behind all that the
/// server had to tell before it, so instances that wait for it try no faster than they can hear.
package final class Enlistment: Sendable {
    private struct State {
        /// What is left, the next one last.
        var left: [Int] = []
        /// The roles that come before all others.
        var first: Set<Int> = []
        /// The vacant role that was tried for last.
        var tried: Int?
    }

    /// So many roles are tried for at once.
    static let atOnce = 64
    /// How often it is looked whether somebody else has taken the role that is tried for.
    static let interval = Duration.milliseconds(20)

    private let state = Mutex(State())

    package init() {}

    var isOver: Bool { state.withLock(\.left).isEmpty }
    var tried: Int? { state.withLock(\.tried) }

    /// The order is the instance's own, so that few try for the same role at the same time.
    ///
    /// - Parameter first: the roles that come before all others, in this order.
    func begin(_ roles: Range<Int>, first: [Int] = [], for instance: InstanceID) {
        let hash = Rendezvous.hash(instance.name)
        let firstOnes = Set(first)
        let left = roles.filter { !firstOnes.contains($0) }
            .map { (weight: Rendezvous.weight(hash, UInt64($0)), role: $0) }
            .sorted { $0.weight > $1.weight }
            .map(\.role)
        state.withLock { $0 = State(left: left + first.reversed(), first: firstOnes) }
    }

    /// Whether the role is one of those that come first, and its standby is ending.
    func isFirst(_ role: Int) -> Bool { state.withLock { $0.first.contains(role) } }

    func ended(_ role: Int) { state.withLock { _ = $0.first.remove(role) } }

    func next() -> Int? {
        state.withLock { state in
            state.tried = nil
            return state.left.popLast()
        }
    }

    func tries(_ role: Int) { state.withLock { $0.tried = role } }
}
