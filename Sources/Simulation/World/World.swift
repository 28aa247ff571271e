import ElectionCore
import Measurement

/// Instances, a store and the network between them in virtual time: a discrete-event simulation that its plan repeats.
///
/// The elections are the real ones: the machines, the rosters and what an instance does with them (``InstanceShell``) run here as
/// they run in a service. What is modelled is everything around them.
package final class World {
    package let plan: WorldPlan
    /// True nanoseconds since the world began.
    package private(set) var now: Int64 = 0
    /// How many events it has had.
    package private(set) var eventCount = 0
    let queue = EventQueue<Event>()
    var store: SimulatedStore
    var deliveries: Deliveries
    /// Whether nothing goes wrong by chance, so that what is drawn for a delivery, or for a timer of a role, can be drawn from a
    /// generator of its own, whenever it is asked for.
    let isSteady: Bool
    /// Whether roles that merely follow have no machine (``SimulatedInstance/sleep(_:)``).
    let letsSleep: Bool
    let hosts: [SimulatedHost]
    /// All that ever lived, in the order of their begins.
    private(set) var lives: [SimulatedInstance] = []
    /// All connections that there ever were; numbered from 1.
    var connections: [ConnectionID] = []
    let promises: Promises
    /// Who runs it.
    weak var director: (any Director)?
    /// Where its history goes; nil: nowhere.
    let history: HistoryScribe?
    /// Draws that belong to no host.
    var random: SplitMix64
    var isCalm = false
    /// Nothing begins anew any more.
    var isEnding = false
    private var isOver = false
    private let isTraced: Bool
    package private(set) var trace: [String] = []

    init(
        plan: WorldPlan,
        history: HistoryScribe? = nil,
        isSteady: Bool = false,
        letsSleep: Bool = false,
        isTraced: Bool = false
    ) {
        self.plan = plan
        self.isSteady = isSteady
        self.letsSleep = letsSleep && isSteady
        self.history = history
        self.isTraced = isTraced
        store = SimulatedStore(plan)
        deliveries = Deliveries(plan)
        hosts = plan.hosts.enumerated().map { SimulatedHost(index: $0, plan: $1, seed: plan.seed) }
        random = .stream(plan.seed, Stream.world)
        promises = Promises(roles: plan.roles.count)
    }

    // A host and its last life hold each other.
    deinit { for host in hosts { host.life = nil } }

    /// The purposes of generators.
    enum Stream {
        static let world: UInt64 = 1
        static let host: UInt64 = 2
        static let machine: UInt64 = 3
        static let store: UInt64 = 4
        static let watch: UInt64 = 5
        static let snapshot: UInt64 = 6
        static let timer: UInt64 = 7
        static let resumption: UInt64 = 8
    }

    /// The first promise that was broken; nil: all hold.
    package var violation: BrokenPromise? { promises.violation }

    /// Runs until nothing is left to come, ``end()`` was called, or a promise is broken.
    func run(atMost limit: Int = .max, stopsAtViolation: Bool = true) {
        for host in hosts {
            if let instant = host.plan.begins { queue.add(.begin(host: host.index), at: instant) }
        }
        for (index, fault) in plan.faults.enumerated() { queue.add(.fault(index), at: fault.at) }
        while !isOver, promises.violation == nil || !stopsAtViolation, let instant = queue.nextInstant {
            now = instant
            eventCount += 1
            if eventCount > limit {
                promises.fail(.unending, "a schedule without end", at: now)
                break
            }
            handle(queue.next())
            promises.checkLeaders(at: now)
        }
        promises.close(at: now)
    }

    func end() { isOver = true }

    private func handle(_ event: consuming Event) {
        switch event {
        case .request(let request, let life, let connection): serve(request, from: lives[life], connection: connection)
        case .message(let message, let life): arrive(message, at: lives[life])
        case .process(let message, let life, let stamp): lives[life].process(message, stamp: stamp)
        case .silence(let life, let connection):
            // What passes again by now has been heard.
            if isSilent(lives[life]) { giveUp(lives[life], connection: connection) }
        case .dial(let life): dial(lives[life])
        case .fault(let index): inject(plan.faults[index])
        case .heal(let life, let impairment): heal(lives[life], impairment: impairment)
        case .resume(let life): resume(lives[life])
        case .die(let life): if director?.mayDie(lives[life], in: self) ?? true { kill(lives[life]) }
        case .begin(let host): begin(hosts[host])
        case .timer(let purpose): director?.timer(purpose, in: self)
        case .rested(let role): endRest(of: role)
        }
    }

    private func isSilent(_ life: SimulatedInstance) -> Bool {
        life.isCut || !life.host.link.isOpen || store.servers[life.server].stalledUntil > now
    }

    /// A new life of the host's instance, once its process has started.
    func beginLater(_ host: SimulatedHost) {
        queue.add(.begin(host: host.index), at: now + plan.model.start.draw(&host.random))
    }

    func begin(_ host: SimulatedHost) {
        guard !isEnding, director?.mayBegin(host.index, in: self) ?? true else { return }
        host.incarnation += 1
        let life = SimulatedInstance(number: lives.count, host: host, world: self)
        lives.append(life)
        host.life = life
        say("\(life.name) begins")
        history?.record(.started, of: life, at: now) { _ in }
        life.start()
        dialLater(life)
    }

    var living: [SimulatedInstance] { lives.filter(\.isAlive) }

    func say(_ text: @autoclosure () -> String) {
        if isTraced { trace.append(TraceText.line(text(), at: now)) }
    }
}

/// Who runs a world: decides what happens in it besides the plan, and when it is over.
protocol Director: AnyObject {
    func timer(_ purpose: Int, in world: World)
    func mayBegin(_ host: Int, in world: World) -> Bool
    /// Its time has come, by an earlier fault.
    func mayDie(_ life: SimulatedInstance, in world: World) -> Bool
    /// Its watch shows every role for the first time.
    func isReady(_ life: SimulatedInstance, in world: World)
    func happened(_ event: ElectionEvent, _ role: Int, of life: SimulatedInstance, in world: World)
    /// It is gone.
    func hasEnded(_ life: SimulatedInstance, in world: World)
}

extension Director {
    func mayBegin(_ host: Int, in world: World) -> Bool { true }
    func mayDie(_ life: SimulatedInstance, in world: World) -> Bool { true }
    func isReady(_ life: SimulatedInstance, in world: World) {}
    func happened(_ event: ElectionEvent, _ role: Int, of life: SimulatedInstance, in world: World) {}
    func hasEnded(_ life: SimulatedInstance, in world: World) {}
}
