package import Chaos

/// One thing that is done to a world on purpose. Instants and spans are true nanoseconds.
package struct WorldFault: Hashable, Sendable, CustomStringConvertible {
    package enum Action: Hashable, Sendable {
        // MARK: instances

        /// It is gone, and another life begins after `down`. Where its host is gone with it, nobody closes its connection.
        case kill(down: Int64, withHost: Bool = false)
        /// The next life begins after `next`, and this one ends only after `end`: a lost node that is replaced.
        case replace(next: Int64, end: Int64)
        /// It is asked to stop in order; another life begins after `down`, once it is gone.
        case stop(down: Int64)
        case pause(Int64)
        case health(Bool, role: Int)

        // MARK: links

        /// Nothing passes; what is under way may be lost, or land.
        case cut(Int64)
        /// The connection is reset, and both sides see it.
        case drop
        case impair(LinkImpairment, Int64)
        /// The server tells of a connection that was closed long ago, or never was.
        case rumour

        // MARK: the store

        /// The server stands still.
        case stall(Int64)
        /// Nobody leads the bucket's stream: nothing is stored, nor answered.
        case leaderless(Int64)
        /// The server is gone and comes back, with its store or without.
        case restart(down: Int64, keepsStore: Bool)
    }

    package enum Victim: Hashable, Sendable {
        case host(Int)
        /// Whoever the number says at that moment of those who lead, or of all that live.
        case drawn(UInt64, leads: Bool)
        case store
    }

    package let at: Int64
    package let action: Action
    package let victim: Victim

    package init(at: Int64, _ action: Action, _ victim: Victim) {
        self.at = at
        self.action = action
        self.victim = victim
    }

    package var description: String {
        let milliseconds = Double(at / 100_000) / 10
        let who =
            switch victim {
            case .host(let host): "instance \(host)"
            case .drawn(_, let leads): leads ? "a leader" : "an instance"
            case .store: "the store"
            }
        return "\(milliseconds) ms: \(action) on \(who)"
    }
}

extension WorldFault.Action: CustomStringConvertible {
    package var description: String {
        switch self {
        case .kill(let down, let withHost):
            "kill\(withHost ? " with the host" : ""), next life after \(Self.text(down))"
        case .replace(let next, let end): "replace after \(Self.text(next)), end after \(Self.text(end))"
        case .stop(let down): "stop, next life after \(Self.text(down))"
        case .pause(let span): "pause of \(Self.text(span))"
        case .health(let isHealthy, let role): "role \(role) turns \(isHealthy ? "healthy" : "unhealthy")"
        case .cut(let span): "cut of \(Self.text(span))"
        case .drop: "reset of the connection"
        case .impair(let impairment, let span): "link \(impairment) for \(Self.text(span))"
        case .rumour: "rumour of a connection that closed long ago"
        case .stall(let span): "stall of \(Self.text(span))"
        case .leaderless(let span): "no leader of the stream for \(Self.text(span))"
        case .restart(let down, let keepsStore):
            "restart after \(Self.text(down)), \(keepsStore ? "with" : "without") its store"
        }
    }

    private static func text(_ span: Int64) -> String { "\(Double(span / 100_000) / 10) ms" }
}
