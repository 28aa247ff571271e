import OrderedCollections

/// The members that one instance knows, by their ids and their connections.
struct Seats: Sendable {
    struct Seat: Hashable, Sendable {
        var member: Member
        var vitals: Vitals
        /// The revision by which this life of it was heard first.
        let since: UInt64
        /// When it last gave a role to another member.
        var gave: Timestamp?
        let hash: UInt64
    }

    /// Whether a member is there: without a string or an array, so that all are looked at fast.
    struct Vitals: Hashable, Sendable {
        var heard: Timestamp
        /// The member's.
        let ttl: Duration
        /// It withdrew its presence: it leads what it still leads, and gets nothing.
        var isLeaving = false
        /// A lease of its ran out, and nothing was heard of it since.
        var isSuspect = false

        func isSilent(at now: Timestamp) -> Bool { heard + ttl <= now }
        func isAway(at now: Timestamp) -> Bool { isLeaving || isSuspect || isSilent(at: now) }

        /// Whether it is one of those that take part in the campaigns.
        ///
        /// - Parameter own: the own instance's ttl.
        func isLive(at now: Timestamp, own: Duration) -> Bool {
            !isLeaving && !isSuspect && now < silenceEnd(own: own)
        }

        /// When a member that is not heard of any more counts for nothing.
        func silenceEnd(own: Duration) -> Timestamp { heard + max(ttl, own) }
    }

    private var byID: OrderedDictionary<String, Seat> = [:]
    private var byConnection: [ConnectionID: String] = [:]
    /// The members that ask for roles, and have a higher priority than this.
    private(set) var asking: Set<String> = []
    private let priority: Int
    private var forgetting = Forgetting()

    /// - Parameter priority: the own instance's.
    init(over priority: Int) {
        self.priority = priority
    }

    subscript(id: String) -> Seat? { byID[id] }

    var count: Int { byID.count }

    /// Without a copy of any.
    var all: [Seat] { byID.values.elements }

    func id(of connection: ConnectionID) -> String? { byConnection[connection] }

    /// Makes room where somebody new is heard.
    ///
    /// - Parameter own: the own instance's ttl.
    mutating func forget(at now: Timestamp, own: Duration) {
        guard forgetting.isDue(at: now) else { return }
        let gone = all.filter { Forgetting.isGone($0.vitals.heard, ttl: max($0.vitals.ttl, own), at: now) }
        for seat in gone { remove(seat.member.id) }
    }

    mutating func put(_ seat: Seat) {
        let member = seat.member
        defer { byID[member.id] = seat }
        if byID[member.id]?.member == member { return }
        remove(member.id)
        byConnection[member.connection] = member.id
        if member.asks, member.priority > priority { asking.insert(member.id) }
    }

    mutating func remove(_ id: String) {
        guard let seat = byID.removeValue(forKey: id) else { return }
        if byConnection[seat.member.connection] == id { byConnection[seat.member.connection] = nil }
        asking.remove(id)
    }

    mutating func withdraws(_ id: String) { byID[id]?.vitals.isLeaving = true }
    mutating func suspect(_ id: String) { byID[id]?.vitals.isSuspect = true }
    mutating func noteGift(of id: String, at now: Timestamp) { byID[id]?.gave = now }
}
