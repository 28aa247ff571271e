import Chaos
import ElectionCore

/// Where an instance lives: its clock, and its link to the store.
final class SimulatedHost {
    let index: Int
    let plan: WorldPlan.Host
    /// What happens to its instance and on its link is drawn from it.
    var random: SplitMix64
    var incarnation: Int64 = 0
    /// The last one.
    var life: SimulatedInstance?
    var link = Link()

    /// How much a slow link carries.
    struct Rate {
        let bytesPerSecond: Int64
        /// When what is left passes at once.
        let endsAt: Int64

        /// When a message of about a record's size has passed that was ready at this instant.
        func passes(after instant: Int64) -> Int64 {
            max(instant, min(instant + 400 * 1_000_000_000 / bytesPerSecond, endsAt))
        }
    }

    /// What its link lets through.
    struct Link {
        enum Flow: Hashable {
            case open, blocked
        }

        var toServer = Flow.open
        var fromServer = Flow.open
        var latency: Int64 = 0
        var jitter: Int64 = 0
        /// Nil: no limit.
        var rate: Rate?
        /// What is under way may be lost with it.
        var isLossy = false
        /// Which impairment is in force: a later one takes its place.
        var impairment = 0
        /// No connection can be made before.
        var healsAt: Int64 = 0
        /// What was held back, in order, with the life that it is of: two of a host may live at once.
        var heldRequests: [(request: Request, life: Int, connection: Int)] = []
        var heldMessages: [(message: Message, life: Int)] = []
        /// The server has still to see that these are closed.
        var unseenClosings: [Int] = []

        var isOpen: Bool { toServer == .open && fromServer == .open }
        /// Whether everything passes as if nothing had ever been done to it.
        var isPlain: Bool { isOpen && latency == 0 && jitter == 0 && rate == nil }
    }

    init(index: Int, plan: WorldPlan.Host, seed: UInt64) {
        self.index = index
        self.plan = plan
        random = .stream(seed, World.Stream.host, index)
    }

    var name: String { plan.settings.instance.name }
    var clock: HostClock { plan.clock }
}
