import ElectionCore

/// One machine at a virtual clock, as a test drives it: ttl 1000 ms, heartbeat 250 ms, guard 10 ms, and no spread, so
/// that a planned try is due at once. The foreign instance is `b`, the own one `a` in its incarnation 1.
struct Bench {
    var machine: ElectionMachine
    private(set) var rendering = Rendering()
    private(set) var now = Timestamp.ms(0)
    /// Every directive so far, in order.
    private(set) var directives: [Directive] = []

    init(validates: Bool = false, spread: Duration = .zero, ttl: Duration = .milliseconds(1000), seed: UInt64 = 7) {
        guard let instance = try? InstanceID("a"), let timing = try? LeaseTiming(ttl: ttl, heartbeat: ttl / 4) else {
            preconditionFailure("a timing of \(ttl)")
        }
        let settings = ElectionSettings(
            instance: instance,
            incarnation: 1,
            timing: timing,
            campaign: .race(spread: spread),
            validationInterval: validates ? .milliseconds(400) : nil
        )
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

    static func started() -> Bench {
        var bench = Bench()
        bench.at(0, .start)
        return bench
    }

    /// Connected at 0 ms; the key holds a delete marker of revision 5; the acquisition #1 is sent at 0 ms.
    static func acquiring(validates: Bool = false) -> Bench {
        var bench = Bench(validates: validates)
        bench.at(0, .start)
        bench.at(0, .connected)
        bench.at(0, .observed(.marker(revision: 5)))
        bench.at(0, .synced)
        return bench
    }

    /// Leads term 6 since 10 ms; its lease ends at 990 ms.
    static func leading(validates: Bool = false) -> Bench {
        var bench = acquiring(validates: validates)
        bench.at(10, .written(.acknowledged(revision: 6)))
        return bench
    }

    /// Follows `b`, whose record of revision 6 was received at 10 ms, until 1010 ms.
    static func following() -> Bench {
        var bench = started()
        bench.at(0, .connected)
        bench.at(10, .observed(foreign(6)))
        bench.at(10, .synced)
        return bench
    }

    static func foreign(_ revision: UInt64, ttl: Duration? = .milliseconds(1000)) -> StoredEntry {
        let meta = ttl.map { LeadershipRecord.Meta(incarnation: 1, ttl: $0, sent: .ms(0), server: "s") }
        return .record(LeadershipRecord(id: "b", token: "foreign", meta: meta), revision: revision)
    }

    /// A record of this very process that it knows nothing of any more: an earlier acquisition that landed late.
    static func ownLate(_ revision: UInt64, incarnation: Int64 = 1) -> StoredEntry {
        let meta = LeadershipRecord.Meta(
            incarnation: incarnation,
            ttl: .milliseconds(1000),
            sent: .ms(-500),
            server: "s"
        )
        return .record(LeadershipRecord(id: "a", token: "earlier", meta: meta), revision: revision)
    }
}
