import ElectionCore

/// Every input of a machine, as a value that a table can list.
enum Input: Hashable, Sendable {
    case start
    case connected, disconnected, synced
    case connectedAs(UInt64)
    case observed(StoredEntry, Standing = Standing())
    /// The watch shows the last write's own value under this revision.
    case observedWrite(UInt64)
    case read(StoredEntry?)
    case readWrite(UInt64)
    /// The answer to the last write, or to one of another id.
    case written(WriteOutcome, toAnother: Bool = false)
    case tick
    case healthy(Bool)
    case callbackFinished
    case callbackFinishedFor(Member)
    /// The named successor leads by this session.
    case callbackFinishedBySession(SessionRef)
    case sessionStands(OwnSession)
    case sessionEnded(SessionRef, SessionEnd)
    case sessionOver(SessionRef)
    case retire, stop
    /// The server has closed this connection.
    case lost(UInt64)
    /// The delay in milliseconds.
    case ranked(Int64)
    case give(DemotionReason)
    case enlist

    func apply(to machine: inout ElectionMachine, at now: Timestamp, lastWrite: StoreWrite?) -> [Directive] {
        switch self {
        case .start: machine.start(at: now)
        case .connected: machine.connected(ConnectionID(server: "s", client: 1), at: now)
        case .connectedAs(let client): machine.connected(ConnectionID(server: "s", client: client), at: now)
        case .disconnected: machine.disconnected(at: now)
        case .synced: machine.synced(at: now)
        case .observed(let entry, let standing): machine.observed(entry, standing, at: now)
        case .observedWrite(let revision): machine.observed(Input.entry(of: lastWrite, revision), at: now)
        case .read(let entry): machine.read(entry, at: now)
        case .readWrite(let revision): machine.read(Input.entry(of: lastWrite, revision), at: now)
        case .written(let outcome, let toAnother):
            machine.written(id: toAnother ? 99 : lastWrite?.id ?? 98, outcome, at: now)
        case .tick: machine.tick(at: now)
        case .healthy(let isHealthy): machine.setHealthy(isHealthy, at: now)
        case .callbackFinished: machine.demoteCallbackFinished(at: now)
        case .callbackFinishedFor(let successor): machine.demoteCallbackFinished(successor: successor, at: now)
        case .callbackFinishedBySession(let session): machine.demoteCallbackFinished(session: session, at: now)
        case .sessionStands(let own): machine.sessionStands(own, at: now)
        case .sessionEnded(let ref, let reason): machine.sessionEnded(ref, reason, at: now)
        case .sessionOver(let ref): machine.sessionOver(ref, at: now)
        case .retire: machine.retire(at: now)
        case .stop: machine.stop(at: now)
        case .lost(let client): machine.lost(ConnectionID(server: "s", client: client), at: now)
        case .ranked(let delay): machine.ranked(after: .milliseconds(delay), at: now)
        case .give(let reason): machine.give(to: Bench.other, reason, at: now)
        case .enlist: machine.enlist(at: now)
        }
    }

    private static func entry(of write: StoreWrite?, _ revision: UInt64) -> StoredEntry {
        switch write?.value {
        case .record(let record): .record(record, revision: revision)
        case .marker: .marker(revision: revision)
        case nil: .missing
        }
    }
}
