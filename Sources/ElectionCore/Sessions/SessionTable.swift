import OrderedCollections

/// The other instances' sessions, as one instance knows them, and which roles rest on which: a value without clock, I/O or outside
/// randomness. A renewal touches no role.
///
/// A session is over for everybody from a write on: the tombstone of who fenced it, its holder's next one, or another life's. Each of
/// them is written only when the holder has stopped. So what proves the end stays true, however old the view is that it is seen in:
/// *under the session's key stands, under a revision above the session's number, anything but the session.*
package struct SessionTable: Sendable {
    /// What is to be done, in this order.
    package enum Directive: Hashable, Sendable {
        /// A tombstone: it is accepted only where the session was not renewed meanwhile.
        case fence(String, StoreWrite)
        case read(String)
        /// The roles that rest on it are vacant.
        case over(SessionRef, roles: [Int])
    }

    struct Seat: Hashable, Sendable {
        let hash: UInt64
        /// Its session is the own machine's business, and who begins one over an earlier life's fences it so.
        let isOwn: Bool
        /// The key's last revision that is known.
        var revision: UInt64 = 0
        /// What stands there; nil: a tombstone, or nothing.
        var live: Live?
        /// The sessions that roles rest on, by token: mostly the live one alone.
        var resting: [String: Resting] = [:]
        var fence: Fence?
        /// When its key showed something new that was no renewal.
        fileprivate var seen = Timestamp(nanoseconds: 0)

        fileprivate init(of id: String, isOwn: Bool) {
            hash = Rendezvous.hash(id)
            self.isOwn = isOwn
        }

        /// When something is to be done about its session; nil: nothing.
        @inline(__always)
        fileprivate var deadline: Timestamp? {
            if let fence { return fence.at }
            if isOwn { return nil }
            if let until = live?.until {
                if live?.isLost == true { return Timestamp(nanoseconds: 0) }
                return resting.isEmpty ? nil : until
            }
            return resting.values.map(\.unseenUntil).min()
        }

        fileprivate func isForgotten(ttl: Duration, at now: Timestamp) -> Bool {
            guard resting.isEmpty, fence == nil, !isOwn else { return false }
            return Forgetting.isGone(max(seen, live?.until ?? seen), ttl: ttl, at: now)
        }

        /// - Parameter shown: what the entry shows.
        /// - Returns: whether it is news.
        fileprivate mutating func learn(_ entry: StoredEntry, _ shown: Live?, isRead: Bool) -> Bool {
            if entry == .missing {
                // The store may be lost: a lease that was granted still holds, until it has run out and is fenced.
                guard isRead, revision != 0 else { return false }
                revision = 0
            } else {
                guard entry.revision > revision else { return false }
                revision = entry.revision
                // What is shown once more is no news of its holder.
                if live?.revision != entry.revision { live = shown }
            }
            fence = nil
            return true
        }

        /// - Returns: false where the record is more than a renewal of the one session that anything rests on here.
        fileprivate mutating func renew(_ record: LeadershipRecord, _ revision: UInt64, until: Timestamp) -> Bool {
            guard revision > self.revision, fence == nil, let live, !live.isLost, live.ref.token == record.token,
                live.connection == record.meta?.connection, live.incarnation == record.meta?.incarnation,
                resting.isEmpty || (resting.count == 1 && resting[record.token] != nil)
            else { return false }
            self.revision = revision
            self.live?.revision = revision
            self.live?.until = until
            return true
        }
    }

    struct Live: Hashable, Sendable {
        let ref: SessionRef
        let incarnation: Int64
        let connection: ConnectionID
        var revision: UInt64
        /// When its last renewal was received, and its ttl or the own one, whichever is longer, have passed.
        var until: Timestamp
        /// Its connection is closed: the holder knows, or is dead.
        var isLost: Bool
    }

    struct Resting: Hashable, Sendable {
        let ref: SessionRef
        /// From when on it can't live any more, if it is never seen.
        let unseenUntil: Timestamp
        var roles: Set<Int>
    }

    /// The attempt to end a session that has run out, as of the key's revision.
    struct Fence: Hashable, Sendable {
        let expected: UInt64
        var at: Timestamp
        /// The write in flight.
        var write: UInt64?
        /// The last one's.
        var sent: Timestamp?
    }

    package let settings: ElectionSettings
    /// In an array, so that those who look at all copy none.
    private(set) var seats: OrderedDictionary<String, Seat> = [:]
    /// Whose live session each connection is of.
    private var holders: [ConnectionID: String] = [:]
    /// What each role rests on.
    private var restingOf: [Int: SessionRef] = [:]
    private var lostConnections = RecentConnections()
    private var isUp = false
    /// No seat's deadline is earlier.
    private var earliest: Timestamp?
    private var lastWrite: UInt64 = 0
    private var random: SplitMix64
    private let ownHash: UInt64
    private var forgetting = Forgetting()

    package init(settings: ElectionSettings, seed: UInt64) {
        self.settings = settings
        random = SplitMix64(seed: seed)
        ownHash = Rendezvous.hash(settings.instance.name)
    }

    // MARK: What it answers

    package var nextDeadline: Timestamp? { isUp ? earliest : nil }

    /// The session that a life of an instance holds; nil where none is known.
    package func session(of id: String, incarnation: Int64, at now: Timestamp) -> SessionRef? {
        guard let live = seats[id]?.live, live.incarnation == incarnation, !live.isLost, now < live.until else {
            return nil
        }
        return live.ref
    }

    package func isLost(_ entry: StoredEntry) -> Bool {
        guard settings.detector == .connection, case .record(let record, _) = entry, let meta = record.meta else {
            return false
        }
        return meta.connection.client != 0 && lostConnections.contains(meta.connection)
    }

    // MARK: Inputs

    package mutating func disconnected() {
        isUp = false
        for id in seats.keys where seats[id]?.fence != nil { seats[id]?.fence = nil }
    }

    package mutating func synced(at now: Timestamp) -> [Directive] {
        isUp = true
        return tick(at: now)
    }

    /// What a role's machine takes it to rest on; nil: on no session of somebody else's.
    ///
    /// - Returns: whether that session is over: then the role rests on nothing.
    package mutating func rest(_ role: Int, on ref: SessionRef?, ttl: Duration, at now: Timestamp) -> Bool {
        if let old = restingOf[role], old != ref { release(role, from: old) }
        guard let ref else { return false }
        if isOver(ref) {
            release(role, from: ref)
            return true
        }
        guard restingOf[role] == nil else { return false }
        restingOf[role] = ref
        let resting = Resting(
            ref: ref,
            unseenUntil: settings.heldUntil(received: now, recordTTL: ttl),
            roles: []
        )
        // In place: a copy would be one of all seats.
        let unknown = newSeat(ref.instance)
        seats[ref.instance, default: unknown].resting[ref.token, default: resting].roles.insert(role)
        watch(ref.instance, at: now)
        return false
    }

    private mutating func release(_ role: Int, from ref: SessionRef) {
        guard restingOf[role] == ref else { return }
        restingOf[role] = nil
        seats[ref.instance]?.resting[ref.token]?.roles.remove(role)
        if seats[ref.instance]?.resting[ref.token]?.roles.isEmpty == true {
            seats[ref.instance]?.resting[ref.token] = nil
        }
    }

    /// The watch, or a read, shows a session's key.
    package mutating func observed(_ id: String, _ entry: StoredEntry, isRead: Bool, at now: Timestamp) -> [Directive] {
        let live = live(id, entry, at: now)
        let before = seats[id]?.live?.connection
        if seats[id] == nil { forget(at: now) }
        let unknown = newSeat(id)
        guard seats[id, default: unknown].learn(entry, live, isRead: isRead) else { return [] }
        seats[id]?.seen = now
        if let before { holders[before] = nil }
        if let connection = seats[id]?.live?.connection { holders[connection] = id }
        let out = end(in: id, at: now)
        watch(id, at: now)
        return out
    }

    /// Takes a renewal of a session that lives. It ends nothing, and what is due comes no earlier.
    ///
    /// - Returns: false where the entry is anything else, or may be.
    package mutating func followed(_ id: String, _ entry: StoredEntry, at now: Timestamp) -> Bool {
        guard case .record(let record, let revision) = entry, record.meta?.session != nil else { return false }
        let until = settings.heldUntil(received: now, recordTTL: record.meta?.ttl)
        return seats[id]?.renew(record, revision, until: until) ?? false
    }

    /// Makes room where a session is seen of somebody new. Of one that is seen once more after that, what was known of it only saved
    /// asking the store.
    private mutating func forget(at now: Timestamp) {
        guard forgetting.isDue(at: now) else { return }
        let ttl = settings.timing.ttl
        seats.removeAll { id, seat in
            guard seat.isForgotten(ttl: ttl, at: now) else { return false }
            if let connection = seat.live?.connection, holders[connection] == id { holders[connection] = nil }
            return true
        }
    }

    private func live(_ id: String, _ entry: StoredEntry, at now: Timestamp) -> Live? {
        switch entry {
        case .missing, .marker: return nil
        case .record(let record, let revision):
            let number = record.meta?.session?.number ?? revision
            return Live(
                ref: SessionRef(instance: id, number: number, token: record.token),
                incarnation: record.meta?.incarnation ?? 0,
                connection: record.meta?.connection ?? ConnectionID(server: "", client: 0),
                revision: revision,
                until: settings.heldUntil(received: now, recordTTL: record.meta?.ttl),
                isLost: isLost(entry)
            )
        case .unreadable(let revision):
            return Live(
                ref: SessionRef(instance: id, number: revision, token: ""),
                incarnation: 0,
                connection: ConnectionID(server: "", client: 0),
                revision: revision,
                until: settings.heldUntil(received: now, recordTTL: nil),
                isLost: false
            )
        }
    }

    package mutating func lost(_ connection: ConnectionID, at now: Timestamp) -> [Directive] {
        guard settings.detector == .connection, connection.client != 0 else { return [] }
        lostConnections.insert(connection)
        guard let id = holders[connection], seats[id]?.live?.connection == connection else { return [] }
        seats[id]?.live?.isLost = true
        let out = end(in: id, at: now)
        watch(id, at: now)
        return out
    }

    package mutating func written(_ id: String, write: UInt64, _ outcome: WriteOutcome, at now: Timestamp)
        -> [Directive]
    {
        guard var seat = seats[id], var fence = seat.fence, fence.write == write else { return [] }
        switch outcome {
        case .acknowledged(let revision):
            if let connection = seat.live?.connection { holders[connection] = nil }
            seat.fence = nil
            seat.live = nil
            seat.revision = max(seat.revision, revision)
            seats[id] = seat
            // Of a session that was never seen the number may be another bucket's.
            let out = end(in: id, unseenBy: fence.sent, at: now)
            watch(id, at: now)
            return out
        case .rejected(let last):
            // It was renewed, or somebody else was faster: the watch tells, or a read.
            fence.write = nil
            fence.at = now + settings.answerTimeout
            seat.fence = fence
            seats[id] = seat
            watch(id, at: now)
            return last.map { $0 > fence.expected } ?? false ? [] : [.read(id)]
        case .refused, .notSent:
            fence.write = nil
            fence.at = now + settings.retryDelay
            seat.fence = fence
            seats[id] = seat
            watch(id, at: now)
            return []
        }
    }

    package mutating func tick(at now: Timestamp) -> [Directive] {
        guard isUp, let due = earliest, due <= now else { return [] }
        earliest = nil
        var overdue: [String] = []
        var next: Timestamp?
        seats.values.withUnsafeBufferPointer { all in
            for place in all.indices {
                guard let deadline = all[place].deadline else { continue }
                if deadline <= now {
                    overdue.append(seats.keys[place])
                } else {
                    next = ElectionMachine.earlier(next, deadline)
                }
            }
        }
        earliest = next
        var out: [Directive] = []
        for id in overdue {
            act(on: id, at: now, &out)
            watch(id, at: now)
        }
        return out
    }
}

extension SessionTable {
    /// Whether the session can't live any more, whatever is still under way.
    func isOver(_ ref: SessionRef) -> Bool {
        guard let seat = seats[ref.instance] else { return false }
        if let live = seat.live, live.ref.token == ref.token { return live.isLost }
        return seat.revision > ref.number
    }

    /// Lets the roles go that rest on what is over.
    ///
    /// - Parameter sent: when a tombstone was sent that was accepted.
    private mutating func end(in id: String, unseenBy sent: Timestamp? = nil, at now: Timestamp) -> [Directive] {
        guard let resting = seats[id]?.resting.values, !resting.isEmpty else { return [] }
        var out: [Directive] = []
        for session in resting.sorted(by: { ($0.ref.number, $0.ref.token) < ($1.ref.number, $1.ref.token) }) {
            guard isOver(session.ref) || sent.map({ session.unseenUntil <= $0 }) ?? false else { continue }
            seats[id]?.resting[session.ref.token] = nil
            for role in session.roles { restingOf[role] = nil }
            out.append(.over(session.ref, roles: session.roles.sorted()))
        }
        return out
    }

    // MARK: Fencing

    private func newSeat(_ id: String) -> Seat {
        Seat(of: id, isOwn: id == settings.instance.name && settings.lease == .instance)
    }

    private mutating func watch(_ id: String, at now: Timestamp) {
        earliest = ElectionMachine.earlier(earliest, seats[id]?.deadline)
    }

    private mutating func act(on id: String, at now: Timestamp, _ out: inout [Directive]) {
        guard var seat = seats[id] else { return }
        var fence = seat.fence ?? Fence(expected: seat.revision, at: now + delay(of: id, at: now))
        if fence.at <= now {
            // It was not answered, or not taken, and the watch told nothing since.
            if fence.sent != nil { out.append(.read(id)) }
            lastWrite += 1
            fence.write = lastWrite
            fence.sent = now
            fence.at = now + settings.answerTimeout
            out.append(.fence(id, StoreWrite(id: lastWrite, value: .marker, expectedRevision: fence.expected)))
        }
        seat.fence = fence
        seats[id] = seat
    }

    /// So that all don't fence together: most see the tombstone before their own turn comes.
    private mutating func delay(of id: String, at now: Timestamp) -> Duration {
        switch settings.campaign {
        case .race(let spread):
            return .nanoseconds(Int64(random.number(below: UInt64(max(0, spread.nanoseconds)) + 1)))
        case .ranked(let step):
            let hash = Rendezvous.hash(id)
            let mine = Rendezvous.weight(hash, ownHash)
            let before = seats.values.withUnsafeBufferPointer { all in
                all.indices.count { place in
                    guard all[place].live?.isLost == false, let until = all[place].live?.until, now < until else {
                        return false
                    }
                    let other = all[place].hash
                    return other != hash && other != ownHash && Rendezvous.weight(hash, other) > mine
                }
            }
            return step * before
        }
    }
}
