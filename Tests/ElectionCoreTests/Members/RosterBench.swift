import ElectionCore

/// One member's roster at a virtual clock: ttl 1000 ms, heartbeat 250 ms, ranks 20 ms apart. Each member's connection has the
/// number of its id's first letter: `a` is 1.
struct RosterBench {
    var roster: Roster
    private(set) var revision: UInt64 = 0

    init(
        _ id: String = "a",
        roles count: Int = 1,
        isHearingLosses: Bool = true,
        _ adjust: (inout ElectionSettings) -> Void = { _ in }
    ) {
        guard let instance = try? InstanceID(id),
            let timing = try? LeaseTiming(ttl: .milliseconds(1000), heartbeat: .milliseconds(250))
        else { preconditionFailure("a bench of \(id)") }
        var settings = ElectionSettings(
            instance: instance,
            incarnation: 1,
            timing: timing,
            detector: .connection,
            campaign: .ranked(step: .milliseconds(20))
        )
        adjust(&settings)
        roster = Roster(settings: settings, roles: Self.roles(count), isHearingLosses: isHearingLosses)
        roster.connected(Self.connection(id))
        roster.synced(at: .ms(0))
    }

    static func roles(_ count: Int) -> [Role] {
        // In no order of their names.
        (0..<count).compactMap { try? Role("role-\($0 * 7 % 10)-\($0)") }
    }

    static func connection(_ id: String, life: UInt64 = 0) -> ConnectionID {
        ConnectionID(server: "s", client: UInt64((id.utf8.first ?? 96) - 96) + life * 100)
    }

    static func record(
        _ id: String,
        priority: Int = 0,
        life: UInt64 = 0,
        incarnation: Int64 = 1,
        mark: LeadershipRecord.Mark? = nil
    ) -> LeadershipRecord {
        let meta = LeadershipRecord.Meta(
            incarnation: incarnation,
            ttl: .milliseconds(1000),
            sent: .ms(0),
            connection: connection(id, life: life),
            mark: mark
        )
        return LeadershipRecord(id: id, token: "", priority: priority, meta: meta)
    }

    /// Shows records of the member under these roles.
    @discardableResult
    mutating func shows(
        _ id: String,
        leading roles: Int...,
        life: UInt64 = 0,
        mark: LeadershipRecord.Mark? = nil,
        at milliseconds: Int64 = 0
    ) -> Standing {
        var standing = Standing()
        for role in roles {
            revision += 1
            let record = Self.record(id, life: life, mark: mark)
            standing = roster.observed(role, .record(record, revision: revision), at: .ms(milliseconds))
        }
        return standing
    }

    /// Shows presence records of these members.
    mutating func meets(
        _ ids: String...,
        priority: Int = 0,
        life: UInt64 = 0,
        mark: LeadershipRecord.Mark? = nil,
        at milliseconds: Int64 = 0
    ) {
        for id in ids {
            revision += 1
            let record = Self.record(id, priority: priority, life: life, mark: mark)
            roster.presence(id, .record(record, revision: revision), at: .ms(milliseconds))
        }
    }

    /// How many are to try before this member for a role that its machine finds vacant.
    mutating func rank(_ role: Int = 0, at milliseconds: Int64 = 0) -> Int64 {
        roster.delay(of: role, vacantAsOf: revision, at: .ms(milliseconds)) / .milliseconds(20)
    }

    /// The same anew for a role that is vacant; a long time where it is not.
    mutating func delay(of role: Int, at milliseconds: Int64) -> Duration {
        roster.delay(of: role, at: .ms(milliseconds)) ?? .seconds(1)
    }

    mutating func settles(at milliseconds: Int64) -> Bool { roster.settles(at: .ms(milliseconds)) }

    /// The id of the member that the role would be given to, without giving it.
    func successor(_ role: Int = 0, at milliseconds: Int64 = 0) -> String? {
        var roster = roster
        return roster.successor(of: role, at: .ms(milliseconds))?.id
    }
}

extension Duration {
    fileprivate static func / (left: Duration, right: Duration) -> Int64 { left.nanoseconds / right.nanoseconds }
}

/// Members whose rosters hear of each other at once, and do what they say.
struct Club {
    struct Move: Hashable {
        let role: Int
        let from: String
        let to: String
        let reason: DemotionReason
        let at: Timestamp
    }

    private(set) var members: [RosterBench] = []
    private let ids: [String]
    private(set) var leaders: [String]
    private(set) var moves: [Move] = []
    private var revision: UInt64 = 0
    private var now = Timestamp.ms(0)

    /// - Parameter leaders: who leads each role.
    init(_ ids: [String], leaders: [String], _ adjust: (inout ElectionSettings) -> Void) {
        self.ids = ids
        self.leaders = leaders
        for id in ids { members.append(RosterBench(id, roles: leaders.count, adjust)) }
        for (role, leader) in leaders.enumerated() {
            show(RosterBench.record(leader, priority: priority(leader)), role)
        }
    }

    func led(by id: String) -> Int { leaders.count { $0 == id } }

    var spread: Int {
        let counts = ids.map { led(by: $0) }
        return (counts.max() ?? 0) - (counts.min() ?? 0)
    }

    mutating func run(until milliseconds: Int64) {
        while let next = members.compactMap(\.roster.nextDeadline).min(), next <= .ms(milliseconds) {
            now = max(now, next)
            for member in members.indices {
                for action in members[member].roster.tick(at: now) { perform(action, by: member) }
            }
        }
        now = .ms(milliseconds)
    }

    private func priority(_ id: String) -> Int {
        ids.firstIndex(of: id).map { members[$0].roster.settings.priority } ?? 0
    }

    private mutating func perform(_ action: Roster.Action, by member: Int) {
        switch action {
        case .announce(let record, let id):
            revision += 1
            let entry = record.map { StoredEntry.record($0, revision: revision) } ?? .marker(revision: revision)
            for other in members.indices { members[other].roster.presence(ids[member], entry, at: now) }
            members[member].roster.announced(id, .acknowledged(revision: revision), at: now)
        case .give(let role, let receiver, let reason):
            precondition(leaders[role] == ids[member], "\(ids[member]) gives what it doesn't lead")
            leaders[role] = receiver.id
            moves.append(Move(role: role, from: ids[member], to: receiver.id, reason: reason, at: now))
            show(RosterBench.record(receiver.id, priority: receiver.priority, mark: .transfer(from: ids[member])), role)
        case .probe: break
        }
    }

    private mutating func show(_ record: LeadershipRecord, _ role: Int) {
        revision += 1
        for member in members.indices {
            _ = members[member].roster.observed(role, .record(record, revision: revision), at: now)
        }
    }
}
