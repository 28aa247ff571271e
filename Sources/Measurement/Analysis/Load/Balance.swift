package import ElectionCore

/// How evenly the roles lie on the live instances, and how soon after a change of these.
///
/// An instance is live while a process of it is. The *spread* is the most roles that a live instance leads less the fewest, by
/// belief. The roles are *balanced* where each of them is led and the spread is at most 1.
package struct Balance: Hashable, Sendable {
    /// The live instances became other ones.
    package struct Change: Hashable, Sendable {
        package enum Kind: String, Hashable, Sendable, CaseIterable {
            /// Every role was led for the first time.
            case start
            case death
            /// A process was started.
            case restart
        }

        package enum Outcome: String, Hashable, Sendable {
            case balanced
            /// The next change, or the end of the measured part, came first.
            case unbalanced
        }

        package var kind: Kind
        /// What made it; nil at the start, and of a process that no fault ended.
        package var fault: FaultRecord?
        /// By name; none at the start.
        package var instances: [String]
        /// Of a change of several instances the last one's instant.
        package var at: Timestamp
        /// Live instances just after.
        package var live: Int
        /// Just after; nil without live instances.
        package var spread: Int?
        /// Until the roles were balanced for the first time; nil where they weren't before the next change.
        package var time: Duration?
        package var outcome: Outcome { time == nil ? .unbalanced : .balanced }
    }

    /// In the measured part, weighted by time; nil where no instance was live.
    package var meanSpread: Double?
    package var mostSpread: Int?
    package var endSpread: Int?
    /// By time: the start, and those in the measured part.
    package var changes: [Change]

    package init(
        _ terms: Terms,
        lives: Lives,
        faults: [FaultRecord],
        roles: Set<String>,
        history: History,
        window: Window
    ) {
        let steps = BalanceStep.all(terms, lives: lives, roles: roles, window: window)
        var weighted = 0.0
        var covered = Duration.zero
        for step in steps {
            guard let spread = step.spread, let piece = step.span.intersection(window.span) else { continue }
            weighted += Double(spread) * (piece.length / .seconds(1))
            covered += piece.length
            mostSpread = max(mostSpread ?? 0, spread)
        }
        meanSpread = covered > .zero ? weighted / (covered / .seconds(1)) : nil
        endSpread = steps.last { $0.span.start < window.end }?.spread
        changes = MembershipChange.all(lives: lives, faults: faults, history: history, window: window)
        for index in changes.indices {
            let change = changes[index]
            let limit = index + 1 < changes.count ? changes[index + 1].at : window.end
            let following = steps[steps.partitioningIndex { $0.span.end > change.at }...]
            changes[index].live = following.first?.live ?? 0
            changes[index].spread = following.first?.spread
            let balanced = following.prefix { $0.span.start < limit }.first { $0.isBalanced }
            changes[index].time = change.at < limit ? balanced.map { max($0.span.start - change.at, .zero) } : nil
        }
    }
}
