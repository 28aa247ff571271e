import ElectionCore
import NIOCore

/// What bytes of one direction are subject to.
struct LinkCondition: Hashable, Sendable {
    var isBlocked = false
    var latency = TimeAmount.zero
    var jitter = TimeAmount.zero
    var bytesPerSecond: Int?

    /// Whether bytes pass as if there were no link.
    var isClear: Bool { !isBlocked && !isDelayed && bytesPerSecond == nil }
    var isDelayed: Bool { latency > .zero || jitter > .zero }

    /// Both at once.
    func merged(with other: LinkCondition) -> LinkCondition {
        LinkCondition(
            isBlocked: isBlocked || other.isBlocked,
            latency: latency + other.latency,
            jitter: jitter + other.jitter,
            bytesPerSecond: [bytesPerSecond, other.bytesPerSecond].compactMap(\.self).min()
        )
    }
}

/// The lasting impairments of one owner; a later one of the same kind replaces the earlier.
struct LinkEffects: Hashable, Sendable {
    var toServer = LinkCondition()
    var fromServer = LinkCondition()

    /// A connection can only be made where both directions pass.
    var allowsConnecting: Bool { !toServer.isBlocked && !fromServer.isBlocked }

    mutating func add(_ impairment: LinkImpairment) {
        switch impairment {
        case .blocked:
            toServer.isBlocked = true
            fromServer.isBlocked = true
        case .blockedOneWay(.toServer):
            toServer.isBlocked = true
        case .blockedOneWay(.fromServer):
            fromServer.isBlocked = true
        case .delayed(let latency, let jitter):
            changeBoth { condition in
                condition.latency = .nanoseconds(max(0, latency.nanoseconds))
                condition.jitter = .nanoseconds(max(0, jitter.nanoseconds))
            }
        case .limited(let bytesPerSecond):
            changeBoth { $0.bytesPerSecond = max(1, bytesPerSecond) }
        case .reset, .droppedAtServer:
            // Of the connections that there are at that instant, not of the link.
            break
        }
    }

    func merged(with other: LinkEffects) -> LinkEffects {
        LinkEffects(
            toServer: toServer.merged(with: other.toServer),
            fromServer: fromServer.merged(with: other.fromServer)
        )
    }

    private mutating func changeBoth(_ change: (inout LinkCondition) -> Void) {
        change(&toServer)
        change(&fromServer)
    }
}
