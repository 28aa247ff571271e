import ElectionCore

/// The bucket as the servers keep it: what a real one does with compare-and-sets, and what replicas that lag behind still show.
struct SimulatedStore {
    /// A member's record, written without an expected revision.
    struct Presence {
        let entry: StoredEntry
        let stored: Int64
    }

    private var bucket: MemoryBucket
    private let roles: [Role]
    private let ageLimit: Int64?
    /// What the last writes replaced, the latest last.
    private var replaced: [(role: Int, entry: StoredEntry)] = []
    private static let lag = 4
    /// By instance id, in the order in which each wrote first.
    private var presences: [String: [Presence]] = [:]
    private var members: [String] = []
    /// The lives whose watch the server serves, each with its connection, in the order of their begins.
    var watchers: [(life: Int, connection: Int)] = []
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
        if case .acknowledged = outcome {
            if replaced.count == Self.lag { replaced.removeFirst() }
            replaced.append((role, before))
        }
        return outcome
    }

    func entry(_ role: Int, at now: Int64) -> StoredEntry { bucket.entry(roles[role], at: Timestamp(nanoseconds: now)) }

    /// By how many writes a replica may lag behind.
    var mostLag: Int { replaced.count }

    /// Each role's entry at a replica that hasn't seen the last writes, then these, as a watch delivers them.
    func snapshot(lag: Int, at now: Int64) -> (entries: [StoredEntry], missed: [(role: Int, entry: StoredEntry)]) {
        var entries = roles.indices.map { entry($0, at: now) }
        var missed: [(role: Int, entry: StoredEntry)] = []
        for write in replaced.suffix(lag).reversed() {
            if entries[write.role] != .missing { missed.append((write.role, entries[write.role])) }
            entries[write.role] = write.entry
        }
        return (entries, missed.reversed())
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
