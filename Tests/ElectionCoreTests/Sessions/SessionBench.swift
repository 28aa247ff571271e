import ElectionCore

/// The machine of the own session at a virtual clock: instance `a` in its incarnation 2, ttl 1000 ms, heartbeat 250 ms, guard 10 ms.
struct SessionBench {
    var machine: SessionMachine
    private(set) var lastWrite: StoreWrite?
    private var tokens: [String] = []

    init(detector: Detector = .lease) {
        machine = SessionMachine(settings: Self.settings(detector: detector), seed: 7)
    }

    static func settings(
        _ id: String = "a",
        lease: LeaseScope = .instance,
        detector: Detector = .lease,
        campaign: Campaign = .race(spread: .zero)
    ) -> ElectionSettings {
        guard let instance = try? InstanceID(id),
            let timing = try? LeaseTiming(ttl: .milliseconds(1000), heartbeat: .milliseconds(250))
        else { preconditionFailure("an instance \(id)") }
        return ElectionSettings(
            instance: instance,
            incarnation: 2,
            timing: timing,
            lease: lease,
            detector: detector,
            campaign: campaign
        )
    }

    static let connection = ConnectionID(server: "s", client: 1)

    /// Gives an input at an instant in milliseconds; returns its directives as text.
    mutating func at(
        _ milliseconds: Int64,
        _ input: (inout SessionMachine, Timestamp) -> [SessionMachine.Directive]
    ) -> String {
        input(&machine, .ms(milliseconds)).map { text($0) }.joined(separator: ", ")
    }

    mutating func observed(_ milliseconds: Int64, _ entry: StoredEntry, isLost: Bool = false) -> String {
        at(milliseconds) { $0.observed(entry, isLost: isLost, at: $1) }
    }

    mutating func read(_ milliseconds: Int64, _ entry: StoredEntry?) -> String {
        at(milliseconds) { $0.read(entry, isLost: false, at: $1) }
    }

    mutating func written(_ milliseconds: Int64, _ outcome: WriteOutcome, id: UInt64? = nil) -> String {
        let write = id ?? lastWrite?.id ?? 0
        return at(milliseconds) { $0.written(id: write, outcome, at: $1) }
    }

    mutating func tick(_ milliseconds: Int64) -> String { at(milliseconds) { $0.tick(at: $1) } }

    var deadline: Int64? { machine.nextDeadline.map { $0.nanoseconds / 1_000_000 } }

    /// What the last write has put under the key.
    func stored(_ revision: UInt64) -> StoredEntry {
        guard case .record(let record)? = lastWrite?.value else { return .marker(revision: revision) }
        return .record(record, revision: revision)
    }

    // MARK: The way into a state

    /// Connected at 0 ms to an empty bucket; the write #1 is sent at 0 ms.
    static func beginning(detector: Detector = .lease) -> SessionBench {
        var bench = SessionBench(detector: detector)
        _ = bench.at(0) { $0.start(at: $1) }
        _ = bench.at(0) { $0.connected(connection, at: $1) }
        _ = bench.at(0) { $0.synced(at: $1) }
        return bench
    }

    /// Session 5 lives since 10 ms, until 990 ms.
    static func living(detector: Detector = .lease) -> SessionBench {
        var bench = beginning(detector: detector)
        _ = bench.written(10, .acknowledged(revision: 5))
        return bench
    }

    /// A session's record of `id`; `number`: in a renewal, the session's.
    static func record(
        _ id: String = "a",
        token: String = "other",
        incarnation: Int64 = 1,
        revision: UInt64,
        number: UInt64? = nil,
        client: UInt64 = 9
    ) -> StoredEntry {
        let meta = LeadershipRecord.Meta(
            incarnation: incarnation,
            ttl: .milliseconds(1000),
            sent: .ms(0),
            connection: ConnectionID(server: "s", client: client),
            session: number.map { SessionRef(instance: id, number: $0, token: token) }
        )
        return .record(LeadershipRecord(id: id, token: token, meta: meta), revision: revision)
    }

    // MARK: Text

    private mutating func text(_ directive: SessionMachine.Directive) -> String {
        switch directive {
        case .write(let write):
            lastWrite = write
            switch write.value {
            case .record(let record): return "put #\(write.id) \(name(record.token)) if \(write.expectedRevision)"
            case .marker: return "delete #\(write.id) if \(write.expectedRevision)"
            }
        case .read: return "read"
        case .began(let own): return "BEGAN \(text(own))"
        case .renewed(let own): return "renewed \(text(own))"
        case .ended(let ref, let reason): return "ENDED \(ref.number) \(reason.rawValue)"
        case .report(.operation(let operation, let outcome, _, _, _, _)):
            return "~\(operation.rawValue) \(outcome.rawValue)"
        case .report(let event): return "~\(event)"
        }
    }

    private mutating func text(_ own: OwnSession) -> String {
        "\(own.ref.number) \(name(own.ref.token)) until \(own.leaseEnd.nanoseconds / 1_000_000)"
    }

    private mutating func name(_ token: String) -> String {
        if !tokens.contains(token) { tokens.append(token) }
        return "T\((tokens.firstIndex(of: token) ?? 0) + 1)"
    }
}
