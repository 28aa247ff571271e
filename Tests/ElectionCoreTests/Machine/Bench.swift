import ElectionCore

/// One machine at a virtual clock, as a test drives it: ttl 1000 ms, heartbeat 250 ms, guard 10 ms, and no spread, so
/// that a planned try is due at once. The foreign instance is `b`, the own one `a` in its incarnation 1.
struct Bench {
    var machine: ElectionMachine
    private(set) var rendering = Rendering()
    private(set) var now = Timestamp.ms(0)
    /// Every directive so far, in order.
    private(set) var directives: [Directive] = []

    init(
        validates: Bool = false,
        spread: Duration = .zero,
        ttl: Duration = .milliseconds(1000),
        seed: UInt64 = 7,
        _ adjust: (inout ElectionSettings) -> Void = { _ in }
    ) {
        guard let instance = try? InstanceID("a"), let timing = try? LeaseTiming(ttl: ttl, heartbeat: ttl / 4) else {
            preconditionFailure("a timing of \(ttl)")
        }
        var settings = ElectionSettings(
            instance: instance,
            incarnation: 1,
            timing: timing,
            campaign: .race(spread: spread),
            validationInterval: validates ? .milliseconds(400) : nil
        )
        adjust(&settings)
        machine = ElectionMachine(settings: settings, seed: seed)
    }

    /// Gives one input at an instant in milliseconds; returns its directives as text.
    @discardableResult
    mutating func at(_ milliseconds: Int64, _ input: Input) -> String {
        now = .ms(milliseconds)
        let fresh = input.apply(to: &machine, at: now, lastWrite: lastWrite)
        directives += fresh
        return rendering.text(fresh)
    }

    /// The last write that the machine ordered.
    var lastWrite: StoreWrite? {
        for case .write(let write) in directives.reversed() { return write }
        return nil
    }

    /// The record of the last write that was one.
    var lastRecord: LeadershipRecord? {
        for case .write(let write) in directives.reversed() {
            if case .record(let record) = write.value { return record }
        }
        return nil
    }

    /// The state's name and the next deadline in milliseconds.
    var summary: String {
        "\(machine.stateName) \(machine.nextDeadline.map { "@\(milliseconds($0))" } ?? "@-")"
    }

    // MARK: The way into each state

    static func started(_ adjust: (inout ElectionSettings) -> Void = { _ in }) -> Bench {
        var bench = Bench(adjust)
        bench.at(0, .start)
        return bench
    }

    /// Connected at 0 ms; the key holds a delete marker of revision 5; the acquisition #1 is sent at 0 ms.
    static func acquiring(
        validates: Bool = false,
        _ adjust: (inout ElectionSettings) -> Void = { _ in }
    ) -> Bench {
        var bench = Bench(validates: validates, adjust)
        bench.at(0, .start)
        bench.at(0, .connected)
        bench.at(0, .observed(.marker(revision: 5)))
        bench.at(0, .synced)
        return bench
    }

    /// Leads term 6 since 10 ms; its lease ends at 990 ms.
    static func leading(
        validates: Bool = false,
        _ adjust: (inout ElectionSettings) -> Void = { _ in }
    ) -> Bench {
        var bench = acquiring(validates: validates, adjust)
        bench.at(10, .written(.acknowledged(revision: 6)))
        return bench
    }

    /// Follows `b`, whose record of revision 6 was received at 10 ms, until 1010 ms.
    static func following(_ adjust: (inout ElectionSettings) -> Void = { _ in }) -> Bench {
        var bench = started(adjust)
        bench.at(0, .connected)
        bench.at(10, .observed(foreign(6)))
        bench.at(10, .synced)
        return bench
    }

    /// A record of `b` over its connection 2.
    static func foreign(
        _ revision: UInt64,
        ttl: Duration? = .milliseconds(1000),
        client: UInt64 = 2,
        mark: LeadershipRecord.Mark? = nil,
        priority: Int = 0
    ) -> StoredEntry {
        let meta = ttl.map { ttl in
            LeadershipRecord.Meta(
                incarnation: 1,
                ttl: ttl,
                sent: .ms(0),
                connection: ConnectionID(server: "s", client: client),
                mark: mark
            )
        }
        return .record(LeadershipRecord(id: "b", token: "foreign", priority: priority, meta: meta), revision: revision)
    }

    /// A record of this very process that it knows nothing of any more: an earlier acquisition that landed late.
    static func ownLate(_ revision: UInt64, incarnation: Int64 = 1) -> StoredEntry {
        own(revision, token: "earlier", incarnation: incarnation, sent: -500)
    }

    /// The record by which `b` gives the role to this process, over its connection 1.
    static func transferred(
        _ revision: UInt64,
        ttl: Duration = .milliseconds(1000),
        client: UInt64 = 1,
        incarnation: Int64 = 1
    ) -> StoredEntry {
        own(revision, token: "given", incarnation: incarnation, ttl: ttl, client: client, mark: .transfer(from: "b"))
    }

    private static func own(
        _ revision: UInt64,
        token: String,
        incarnation: Int64,
        ttl: Duration = .milliseconds(1000),
        sent: Int64 = 0,
        client: UInt64 = 1,
        mark: LeadershipRecord.Mark? = nil
    ) -> StoredEntry {
        let meta = LeadershipRecord.Meta(
            incarnation: incarnation,
            ttl: ttl,
            sent: .ms(sent),
            connection: ConnectionID(server: "s", client: client),
            mark: mark
        )
        return .record(LeadershipRecord(id: "a", token: token, meta: meta), revision: revision)
    }

    /// The other member `b`, over its connection 2.
    static let other = Member(
        id: "b",
        incarnation: 1,
        connection: ConnectionID(server: "s", client: 2),
        ttl: .milliseconds(1000)
    )
}

extension ElectionSettings {
    mutating func hearsLosses() { detector = .connection }
    mutating func isRanked() { campaign = .ranked(step: .milliseconds(20)) }
    /// Takes roles from members of lower priority by force.
    mutating func outranks() { (priority, takeover) = (5, .force) }
}
