/// Who takes part and who leads what, as one instance knows it: a value without clock or I/O, beside the machines of the roles.
///
/// All instances watch one bucket, so their rosters differ only by what is under way. Nothing that keeps two from leading rests
/// on them agreeing: a roster says who tries first and to whom a role is given; the store's compare-and-set and the leases decide.
package struct Roster: Sendable {
    /// What the shell is to do.
    package enum Action: Hashable, Sendable {
        /// Write the presence record; nil withdraws it.
        case announce(LeadershipRecord?, id: UInt64)
        /// Ask whether the member is still connected.
        case probe(Member)
        /// Lead the role no longer, and give it to the member.
        case give(role: Int, Member, DemotionReason)
    }

    /// An announcement under way.
    private struct Announcement: Hashable, Sendable {
        let id: UInt64
        let sent: Timestamp
    }

    package let settings: ElectionSettings
    let isHearingLosses: Bool
    /// The own instance has none.
    private(set) var seats: Seats
    /// Who leads each role; nil: nobody, or nobody knows.
    private(set) var leaders: [String?]
    private(set) var led: [String: Int] = [:]
    /// The revision of each role's last entry.
    private var revisions: [UInt64]
    /// The connection of each role's last record, by which a lost one is found.
    private var connections: [ConnectionID?]
    /// The session that each role's last record names.
    private var sessions: [SessionRef?]
    private var lostConnections = RecentConnections()
    private var writes = RecentWrites()
    var own: Member
    let ownHash: UInt64
    let roleHashes: [UInt64]
    /// Each role's place in the order of their names, in which all give them out.
    let places: [Int]
    private var vacancies: Set<Int>
    private var isSynced = false
    private var isEnlisted: Bool
    private(set) var isStopping = false
    private var announcement: Announcement?
    private var lastAnnouncement: UInt64 = 0
    private var announceAt: Timestamp?
    var probeAt: Timestamp?
    /// The roles that were seen with a leader.
    var wereLed: Set<Int> = []
    /// The end of ``enlistmentSettling``.
    var settledAt: Timestamp?
    private(set) var enlistedAt: Timestamp?
    /// When a member was heard first.
    private(set) var metAt: Timestamp?
    /// How long the store took to answer the last own write; nil: it has answered none.
    private(set) var answerTime: Duration?
    /// When members or vacancies changed last.
    var changed: Timestamp?
    /// Rises with each change of members or leaders.
    private(set) var version: UInt64 = 0
    var plan = Plan()
    var turns = Turns()
    var overtakings = Overtakings()
    var moves = Moves()

    package init(settings: ElectionSettings, roles: [Role], isHearingLosses: Bool) {
        self.settings = settings
        self.isHearingLosses = isHearingLosses
        leaders = Array(repeating: nil, count: roles.count)
        revisions = Array(repeating: 0, count: roles.count)
        connections = Array(repeating: nil, count: roles.count)
        sessions = Array(repeating: nil, count: roles.count)
        own = Member(
            id: settings.instance.name,
            incarnation: settings.incarnation,
            connection: ConnectionID(server: "", client: 0),
            priority: settings.priority,
            ttl: settings.timing.ttl,
            asks: settings.takeover == .ask
        )
        ownHash = Rendezvous.hash(own.id)
        seats = Seats(over: settings.priority)
        roleHashes = roles.map { Rendezvous.hash($0.name) }
        let order = roles.indices.sorted { roles[$0] < roles[$1] }
        places = order.indices.sorted { order[$0] < order[$1] }
        vacancies = Set(roles.indices)
        isEnlisted = !settings.startsOnStandby
    }

    /// Whether a roster is of any use under these settings.
    package static func isNeeded(_ settings: ElectionSettings) -> Bool {
        settings.detector == .connection || settings.isRanked
    }

    /// Whether others have to know of it: to give it roles, or to share the questions who is still there.
    private var announces: Bool { settings.isRanked || (settings.detector == .connection && !isHearingLosses) }

    /// In the order of their names. Who compares captures the places alone: the roster would be copied each time.
    package var vacant: [Int] { vacancies.sorted { [places] in places[$0] < places[$1] } }

    /// Whether the own instance may be given roles.
    var isCandidate: Bool { isEnlisted && !isStopping }

    // MARK: Connection

    package mutating func connected(_ connection: ConnectionID) {
        own = Member(
            id: own.id,
            incarnation: own.incarnation,
            connection: connection,
            priority: own.priority,
            ttl: own.ttl,
            asks: own.asks
        )
        isSynced = false
    }

    package mutating func disconnected() {
        isSynced = false
        announcement = nil
        announceAt = nil
        probeAt = nil
    }

    package mutating func synced(at now: Timestamp) {
        isSynced = true
        announceAt = now
        if settings.detector == .connection, !isHearingLosses { probeAt = now + settings.timing.heartbeat }
    }

    package mutating func enlist(at now: Timestamp) {
        isEnlisted = true
        announceAt = now
        enlistedAt = now
        settledAt = now + Self.enlistmentSettling
    }

    /// It is given nothing from here on; ``withdraw(at:)`` tells the others.
    package mutating func stop() {
        isStopping = true
    }

    package mutating func withdraw(at now: Timestamp) -> [Action] {
        guard isSynced, announces, isEnlisted else { return [] }
        isSynced = false
        return [announce(nil, at: now)]
    }

    // MARK: What the store shows

    /// - Returns: what bears on this entry.
    package mutating func observed(_ role: Int, _ entry: StoredEntry, at now: Timestamp) -> Standing {
        revisions[role] = entry.revision
        guard case .record(let record, _) = entry else {
            if case .marker = entry { moves.released(role, for: settings.timing.ttl * 10, at: now) }
            connections[role] = nil
            sessions[role] = nil
            setLeader(nil, of: role, at: now)
            return Standing()
        }
        let standing = standing(of: entry)
        let isLost = standing.isLost
        // Until its claim is confirmed, the leader is the one before.
        if record.meta?.mark != .claim { connections[role] = record.meta?.connection }
        sessions[role] = record.meta?.session
        if !isLost, record.meta?.mark == nil, let before = leaders[role], before != record.id {
            overtakings.taken(role, from: before, at: now)
        }
        setLeader(isLost ? nil : record.id, of: role, at: now)
        switch record.meta?.mark {
        case .transfer(let giver):
            Member(record).map { moves.given(role, to: $0) }
            seats.noteGift(of: giver, at: now)
        case nil, .claim, .asks:
            moves.led(role)
            // A record that needs no renewal tells nothing of its writer's life: the session does.
            if !isLost, record.meta?.session == nil, let member = Member(record) {
                hear(member, by: entry.revision, at: now)
            }
        }
        return standing
    }

    package func standing(of entry: StoredEntry) -> Standing {
        guard case .record(let record, let revision) = entry else { return Standing() }
        return Standing(
            isLost: record.meta.map { lostConnections.contains($0.connection) } ?? false,
            precededBy: writes.last(before: revision)
        )
    }

    package mutating func presence(_ id: String, _ entry: StoredEntry, at now: Timestamp) {
        guard id != own.id else {
            // An earlier life's withdrawal came late, and the others take it for this one's.
            if case .marker = entry, isSynced, isCandidate { announceAt = now }
            return
        }
        guard case .record(let record, _) = entry, let member = Member(record), member.id == id else {
            // What was withdrawn before this life was heard is of an earlier one: a watch that begins anew shows it once more.
            guard let seat = seats[id], !seat.vitals.isLeaving, entry == .missing || seat.since < entry.revision else {
                return
            }
            seats.withdraws(id)
            return changeMembers(at: now)
        }
        guard !lostConnections.contains(member.connection) else { return }
        hear(member, by: entry.revision, announcesItself: true, at: now)
    }

    /// The key of an instance's session: each of its renewals says that the instance is there.
    package mutating func session(_ id: String, _ entry: StoredEntry, at now: Timestamp) {
        guard id != own.id else { return }
        guard case .record(let record, _) = entry, let member = Member(record), member.id == id else {
            guard seats[id]?.vitals.isSuspect == false else { return }
            seats.suspect(id)
            return changeMembers(at: now)
        }
        guard !lostConnections.contains(member.connection) else { return }
        hear(member, by: entry.revision, at: now)
    }

    /// The session is over that these roles rest on.
    package mutating func vacated(_ roles: [Int], by session: SessionRef, at now: Timestamp) {
        for role in roles where sessions[role] == session {
            sessions[role] = nil
            setLeader(nil, of: role, at: now)
        }
    }

    /// - Returns: the roles whose leader, or next leader, was connected so.
    package mutating func lost(_ connection: ConnectionID, at now: Timestamp) -> [Int] {
        guard connection.client != 0, connection != own.connection else { return [] }
        lostConnections.insert(connection)
        let member = seats.id(of: connection)
        if let member {
            overtakings.lost(member, at: now)
            seats.remove(member)
            changeMembers(at: now)
        }
        let roles = roles(of: connection, member)
        for role in roles { setLeader(nil, of: role, at: now) }
        return roles
    }

    /// Those whose last record is of the connection, or that the member leads.
    private func roles(of connection: ConnectionID, _ member: String?) -> [Int] {
        let ofConnection = connections.withUnsafeBufferPointer { all in all.indices.filter { all[$0] == connection } }
        guard let member, ofConnection.count(where: { leaders[$0] == member }) < led[member] ?? 0 else {
            return ofConnection
        }
        return leaders.indices.filter { connections[$0] == connection || leaders[$0] == member }
    }

    /// The store took an own write.
    package mutating func wrote(revision: UInt64, sent: Timestamp, at now: Timestamp) {
        answerTime = now - sent
        writes.add(revision: revision, sent: sent, apart: settings.timing.heartbeat / 8)
        // Who asks for roles has to be heard asking; of all others each record says that they are there. A session's next renewal is
        // due after one heartbeat: before that nothing has to be said.
        let silence = settings.lease == .instance ? settings.timing.heartbeat * 3 / 2 : settings.timing.heartbeat
        if !own.asks { announceAt = announceAt.map { max($0, sent + silence) } }
    }

    package mutating func announced(_ id: UInt64, _ outcome: WriteOutcome, at now: Timestamp) {
        guard let sent = announcement, sent.id == id else { return }
        announcement = nil
        guard case .acknowledged(let revision) = outcome else { return }
        wrote(revision: revision, sent: sent.sent, at: now)
    }

    /// The own instance leads the role; the watch will say so, too.
    package mutating func acquired(_ role: Int, at now: Timestamp) {
        sessions[role] = nil
        setLeader(own.id, of: role, at: now)
    }

    // MARK: Deadlines

    package var nextDeadline: Timestamp? {
        guard isSynced else { return nil }
        let announcing = announces && isCandidate ? announceAt : nil
        let moving = isCandidate ? moves.at : nil
        return ElectionMachine.earlier(announcing, ElectionMachine.earlier(probeAt, moving))
    }

    package mutating func tick(at now: Timestamp) -> [Action] {
        guard isSynced else { return [] }
        var actions: [Action] = []
        if let due = announceAt, due <= now, announces, isCandidate {
            actions.append(announce(presenceRecord(at: now), at: now))
            announceAt = now + settings.timing.heartbeat
        }
        if let due = probeAt, due <= now { actions += probes(at: now) }
        if let due = moves.at, due <= now, isCandidate { actions += nextMove(at: now).map { [$0] } ?? [] }
        return actions
    }

    private mutating func announce(_ record: LeadershipRecord?, at now: Timestamp) -> Action {
        lastAnnouncement += 1
        announcement = Announcement(id: lastAnnouncement, sent: now)
        return .announce(record, id: lastAnnouncement)
    }

    private func presenceRecord(at now: Timestamp) -> LeadershipRecord {
        LeadershipRecord(
            id: own.id,
            token: "",
            priority: own.priority,
            meta: .init(
                incarnation: own.incarnation,
                ttl: own.ttl,
                sent: now,
                connection: own.connection,
                mark: own.asks ? .asks : nil
            )
        )
    }

    // MARK: Changes

    private mutating func hear(
        _ member: Member,
        by revision: UInt64,
        announcesItself: Bool = false,
        at now: Timestamp
    ) {
        guard member.id != own.id else { return }
        guard let seat = seats[member.id], !isOver(seat, before: member, at: now) else {
            metAt = now
            seats.forget(at: now, own: own.ttl)
            let hash = Rendezvous.hash(member.id)
            let vitals = Seats.Vitals(heard: now, ttl: member.ttl)
            seats.put(Seats.Seat(member: member, vitals: vitals, since: revision, hash: hash))
            return changeMembers(at: now)
        }
        guard seat.member.incarnation == member.incarnation else { return }
        let wasAway =
            announcesItself ? seat.vitals.isAway(at: now) : seat.vitals.isSuspect || seat.vitals.isSilent(at: now)
        var heard = member
        heard.asks = announcesItself ? member.asks : seat.member.asks
        var told = seat
        told.member = heard
        told.vitals = Seats.Vitals(heard: max(seat.vitals.heard, now), ttl: member.ttl)
        told.vitals.isLeaving = seat.vitals.isLeaving && !announcesItself
        seats.put(told)
        if wasAway || heard != seat.member { changeMembers(at: now) }
    }

    /// Whether this is the word of another life of a member, and not a late one of the life before. Of two hosts' numbers the later
    /// life's may be the lower.
    private func isOver(_ seat: Seats.Seat, before member: Member, at now: Timestamp) -> Bool {
        seat.member.incarnation < member.incarnation
            || (seat.member.incarnation != member.incarnation && seat.vitals.isAway(at: now))
    }

    private mutating func setLeader(_ id: String?, of role: Int, at now: Timestamp) {
        let before = leaders[role]
        guard id != before else { return }
        leaders[role] = id
        if let before { led[before] = led[before].flatMap { $0 > 1 ? $0 - 1 : nil } }
        turns.end(role)
        if let id {
            if before == nil { plan.isFollowed(role, by: id, from: version) }
            led[id, default: 0] += 1
            wereLed.insert(role)
            vacancies.remove(role)
        } else {
            vacancies.insert(role)
            changed = now
        }
        version += 1
        planMoves(at: now)
    }

    /// The role's lease ran out, if it was led: so its leader may be dead though others of its leases still run.
    mutating func expire(_ role: Int, asOf revision: UInt64, at now: Timestamp) {
        guard let id = leaders[role], revisions[role] <= revision else { return }
        seats.suspect(id)
        setLeader(nil, of: role, at: now)
    }

    mutating func promise(_ role: Int, to member: Member, at now: Timestamp) { setLeader(member.id, of: role, at: now) }

    private mutating func changeMembers(at now: Timestamp) {
        changed = now
        plan.restsUntil = now
        version += 1
        planMoves(at: now)
    }
}
