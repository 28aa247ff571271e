import ElectionCore

/// The bucket as the servers keep it: what a real one does with compare-and-sets, and what replicas that lag behind still show.
struct SimulatedStore {
    /// A member's record, written without an expected revision.
    struct Presence {
        let entry: StoredEntry
        let stored: Int64
    }

    /// What is written by compare-and-set.
    enum Key: Hashable {
        case role(Int)
        case session(String)
    }

    private var bucket: MemoryBucket
    private let roles: [Role]
    private let ageLimit: Int64?
    /// What the last writes replaced, the latest last.
    private var replaced: [(key: Key, entry: StoredEntry)] = []
    private static let lag = 4
    /// By instance id, in the order in which each wrote first.
    private var presences: [String: [Presence]] = [:]
    private var members: [String] = []
    /// A life whose watch the server serves.
    struct Watcher {
        let life: Int
        let connection: Int
    }

    /// In the order of their begins.
    var watchers: [Watcher] = []
    /// One of the servers.
    struct Server {
        /// Each of its lives has an id of its own.
        var life = 1
        /// Until then there is nothing to connect to.
        var downUntil: Int64 = 0
        /// Until then it stands still.
        var stalledUntil: Int64 = 0
        /// Until then it hears nothing of the others.
        var cutUntil: Int64 = 0

        func isDown(_ now: Int64) -> Bool { downUntil > now }
        /// Whether it can take part in a majority.
        func isSound(_ now: Int64) -> Bool { max(downUntil, stalledUntil, cutUntil) <= now }
    }

    var servers: [Server]
    /// Which of them leads the bucket's stream, or led it last.
    var leader = 0
    /// Until then nobody leads the bucket's stream.
    var leaderlessUntil: Int64 = 0
    /// Until then the bucket that was made again takes nothing.
    var opensAt: Int64 = 0
    /// When the server has done what it has to do.
    var busyUntil: Int64 = 0
    var random: SplitMix64

    init(_ plan: WorldPlan) {
        bucket = MemoryBucket(ageLimit: plan.ageLimit)
        roles = plan.roles
        ageLimit = plan.ageLimit?.nanoseconds
        servers = Array(repeating: Server(), count: plan.servers)
        random = .stream(plan.seed, World.Stream.store)
    }

    mutating func write(_ write: StoreWrite, role: Int, at now: Int64) -> WriteOutcome {
        let instant = Timestamp(nanoseconds: now)
        let before = bucket.entry(roles[role], at: instant)
        let outcome = bucket.write(write, to: roles[role], at: instant)
        if case .acknowledged = outcome { note(.role(role), before) }
        return outcome
    }

    mutating func write(_ write: StoreWrite, session id: String, at now: Int64) -> WriteOutcome {
        let instant = Timestamp(nanoseconds: now)
        let before = bucket.entry(session: id, at: instant)
        let outcome = bucket.write(write, session: id, at: instant)
        if case .acknowledged = outcome { note(.session(id), before) }
        return outcome
    }

    private mutating func note(_ key: Key, _ before: StoredEntry) {
        if replaced.count == Self.lag { replaced.removeFirst() }
        replaced.append((key, before))
    }

    func entry(session id: String, at now: Int64) -> StoredEntry {
        bucket.entry(session: id, at: Timestamp(nanoseconds: now))
    }

    func entry(_ role: Int, at now: Int64) -> StoredEntry { bucket.entry(roles[role], at: Timestamp(nanoseconds: now)) }

    /// By how many writes a replica may lag behind.
    var mostLag: Int { replaced.count }

    /// What a replica shows that hasn't seen the last writes, and what these were, as a watch delivers them.
    struct Snapshot {
        var roles: [StoredEntry]
        var sessions: [(id: String, entry: StoredEntry)]
        var missed: [(key: Key, entry: StoredEntry)] = []
    }

    func snapshot(lag: Int, at now: Int64) -> Snapshot {
        var snapshot = Snapshot(
            roles: roles.indices.map { entry($0, at: now) },
            sessions: bucket.sessionIDs.map { ($0, entry(session: $0, at: now)) }
        )
        for write in replaced.suffix(lag).reversed() {
            let after: StoredEntry
            switch write.key {
            case .role(let role):
                after = snapshot.roles[role]
                snapshot.roles[role] = write.entry
            case .session(let id):
                guard let place = snapshot.sessions.firstIndex(where: { $0.id == id }) else { continue }
                after = snapshot.sessions[place].entry
                snapshot.sessions[place].entry = write.entry
            }
            if after != .missing { snapshot.missed.append((write.key, after)) }
        }
        snapshot.sessions.removeAll { $0.entry == .missing }
        snapshot.missed.reverse()
        return snapshot
    }

    // MARK: members

    mutating func announce(_ record: LeadershipRecord?, of id: String, at now: Int64) -> StoredEntry {
        let revision = bucket.spendRevision()
        let entry = record.map { StoredEntry.record($0, revision: revision) } ?? .marker(revision: revision)
        if presences[id] == nil { members.append(id) }
        presences[id] = Array((presences[id] ?? []).suffix(2)) + [Presence(entry: entry, stored: now)]
        return entry
    }

    /// The last of each key that has not aged out, perhaps of a replica that lags behind.
    func presences(isLagging: Bool, at now: Int64) -> [(id: String, entry: StoredEntry)] {
        members.compactMap { id in
            let all = presences[id] ?? []
            guard let last = (isLagging ? all.dropLast() : all[...]).last else { return nil }
            if let ageLimit, last.stored + ageLimit <= now { return nil }
            return (id, last.entry)
        }
    }

    // MARK: losses

    /// It is lost, and the bucket is made again at once: nothing is left, and its revisions are above all earlier ones.
    mutating func lose(opensAt: Int64) {
        bucket.reset(lastRevision: bucket.lastRevision + 1000)
        replaced = []
        presences = [:]
        members = []
        self.opensAt = opensAt
    }

    /// The time from a request's arrival until it is answered.
    mutating func serve(_ cost: Int64, at now: Int64) -> Int64 {
        busyUntil = max(busyUntil, now) + cost
        return busyUntil - now
    }
}
