import ElectionCore

/// What is still to come in a world.
enum Event {
    /// The request reaches the server.
    case request(Request, life: Int, connection: Int)
    /// The message reaches the process's socket.
    case message(Message, life: Int)
    /// A thread of the process takes it. `stamp`: the instant that another thread took before.
    case process(Message, life: Int, stamp: Timestamp?)
    /// The client library gives the connection up.
    case silence(life: Int, connection: Int)
    case dial(life: Int)
    case fault(Int)
    case heal(life: Int, impairment: Int)
    case resume(life: Int)
    case die(life: Int)
    case begin(host: Int)
    /// Of who runs the world.
    case timer(Int)
    /// The lease of a role's leader may be over for those who rest.
    case rested(role: Int)
}

/// What travels to the server.
enum Request {
    indirect case write(role: Int, StoreWrite)
    case read(role: Int)
    indirect case writeSession(String, StoreWrite)
    case readSession(String)
    case watch
    indirect case announce(LeadershipRecord?, id: UInt64)
    /// Asks whether an incarnation is connected.
    indirect case probe(Member)
}

/// What reaches a process. The store's own words on the connection and its watch keep their order; answers keep none.
enum Message {
    case disconnected
    case connected(generation: Int)
    case observed(Observation, generation: Int)
    case synced(generation: Int)
    /// All roles' entries at once, to an instance whose machines all rest.
    case snapshot(generation: Int)
    indirect case written(role: Int, id: UInt64, WriteOutcome)
    case read(role: Int, StoredEntry)
    indirect case presence(id: String, StoredEntry, generation: Int)
    case announced(id: UInt64, WriteOutcome)
    indirect case session(id: String, StoredEntry, generation: Int)
    indirect case sessionWritten(id: String, write: UInt64, WriteOutcome)
    indirect case sessionRead(id: String, StoredEntry)
    case lost(ConnectionID)
    // What the process arranged itself.
    case promoted(role: Int, term: UInt64)
    case callbackFinished(role: Int, term: UInt64)
    case enlist
    case appointment(Appointment)
    case role(Int, deadline: Timestamp)
    case roster(deadline: Timestamp)
    case sessions(deadline: Timestamp)

    var keepsOrder: Bool {
        switch self {
        case .disconnected, .connected, .observed, .snapshot, .synced, .presence, .session: true
        case .written, .read, .announced, .sessionWritten, .sessionRead, .lost, .promoted, .callbackFinished, .enlist,
            .appointment, .role, .roster, .sessions:
            false
        }
    }

    /// The connection that it belongs to; nil for what belongs to none.
    var generation: Int? {
        switch self {
        case .observed(_, let generation), .snapshot(let generation), .synced(let generation),
            .presence(_, _, let generation), .session(_, _, let generation):
            generation
        default: nil
        }
    }
}

/// An entry of a role as a watch shows it: one for all who watch.
final class Observation: Sendable {
    let role: Int
    let entry: StoredEntry

    init(role: Int, entry: StoredEntry) {
        self.role = role
        self.entry = entry
    }
}
