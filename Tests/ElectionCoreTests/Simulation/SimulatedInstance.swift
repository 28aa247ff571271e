import ElectionCore

/// A host's clock: it began anywhere and runs a little fast or slow. Instants of the world are true nanoseconds.
struct SimulatedClock {
    let offset: Int64
    /// Parts per thousand million.
    let drift: Int64

    func local(_ instant: Int64) -> Timestamp {
        Timestamp(nanoseconds: offset + instant + instant * drift / 1_000_000_000)
    }

    /// The first true instant at which this clock shows at least `local`.
    func instant(of local: Timestamp) -> Int64 {
        let shown = local.nanoseconds - offset
        var instant = shown - shown * drift / (1_000_000_000 + drift)
        while self.local(instant) < local { instant += 1 }
        while self.local(instant - 1) >= local { instant -= 1 }
        return instant
    }
}

/// What reaches a process. The store's own words on the connection and its watch keep their order; answers keep none.
enum Message {
    case disconnected
    case connected(generation: Int)
    case observed(role: Int, StoredEntry, generation: Int)
    case synced(generation: Int)
    case written(role: Int, id: UInt64, WriteOutcome)
    case read(role: Int, StoredEntry)
    case presence(id: String, StoredEntry, generation: Int)
    case announced(id: UInt64, WriteOutcome)
    case session(id: String, StoredEntry, generation: Int)
    case sessionWritten(id: String, write: UInt64, WriteOutcome)
    case sessionRead(id: String, StoredEntry)
    case lost(ConnectionID)
    case callbackFinished(role: Int)
    case enlists
    case settles
    case withdraws
    case departs
    case wake(planned: Int64)

    var keepsOrder: Bool {
        switch self {
        case .disconnected, .connected, .observed, .synced, .presence, .session: true
        case .written, .read, .announced, .sessionWritten, .sessionRead, .lost, .callbackFinished, .enlists, .settles,
            .withdraws, .departs, .wake:
            false
        }
    }
}

/// From when to when `isLeader` answered true: true instants, the end excluded.
struct Belief {
    let process: Int
    let term: UInt64
    let start: Int64
    var end: Int64
}

/// One role's machine in one process.
struct SimulatedRole {
    var machine: ElectionMachine
    /// Between its promote callback and its demote callback.
    var isPromoted = false
    var callbackRuns = false
    var isHealthy = true
    var lastTerm: UInt64 = 0
    /// The terms that it told to have given up.
    var released: Set<UInt64> = []
    /// Of the term that it was promoted in last.
    var token: String?
    var belief: Belief?
}

/// One incarnation of an instance: a machine for each role, a roster, one connection, one clock. A class since tests are
/// not optimised: there, each look into an array of structs copies the whole one.
final class SimulatedInstance {
    let host: Int
    let incarnation: Int64
    let clock: SimulatedClock
    var roles: [SimulatedRole]
    /// Nil where its elections need to know of no members.
    var roster: Roster?
    var sessions: Sessions
    var isAlive = true
    var isStopping = false

    var isPaused = false
    /// What came while it was paused, with the instant that a thread may have taken before.
    var mailbox: [(message: Message, stamp: Timestamp?)] = []
    /// No ordered message may be processed before the one ahead of it.
    var laneFreeAt: Int64 = 0
    var wakeAt: Int64?

    /// What the client library believes.
    var isConnected = false
    /// The last connection's number; no two of the world have the same.
    var connection = 0
    /// Whether the client library, paused, has still to see that its connection is gone.
    var noticesOnResumption = false
    /// The connection whose messages the election has begun to take.
    var generation = 0
    var isCut = true
    var healsAt: Int64 = 0
    /// When the last message of the watch arrives.
    var watchArrival: Int64 = 0

    init(host: Int, incarnation: Int64, clock: SimulatedClock, roles: [SimulatedRole], sessions: Sessions) {
        self.host = host
        self.incarnation = incarnation
        self.clock = clock
        self.roles = roles
        self.sessions = sessions
    }
}
