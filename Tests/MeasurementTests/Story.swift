import ElectionCore
import Measurement

/// A handmade history: times are spans since `run_started`, three instances `a`, `b`, `c` live from before it, the observer
/// watches from before that, and the lease is 3 s.
struct Story {
    static let start = Timestamp(nanoseconds: 5_000_000_000_000)
    static let ttl = Duration.seconds(3)

    var entries: [HistoryEntry] = []

    /// - Parameter end: when phase `stop` begins; nil leaves the history open.
    init(end: Duration? = .seconds(60), observed: Bool = true, instances: [String] = ["a", "b", "c"]) {
        if observed { add(.observerSynced, at: .seconds(-20), source: "observer") }
        for instance in instances { spawn(instance, 1, at: .seconds(-10)) }
        add(.runStarted, at: .zero)
        if let end {
            add(.phase, at: end) { $0.name = "stop" }
            add(.runEnded, at: end + .seconds(1))
        }
    }

    static func time(_ offset: Duration) -> Timestamp { start + offset }

    mutating func add(
        _ event: HistoryEvent,
        at offset: Duration,
        source: String = "driver",
        incarnation: Int64? = nil,
        _ fill: (inout HistoryEntry) -> Void = { _ in }
    ) {
        var entry = HistoryEntry(event, at: Self.time(offset), source: source, incarnation: incarnation)
        fill(&entry)
        entries.append(entry)
    }

    mutating func spawn(_ instance: String, _ incarnation: Int64, at offset: Duration) {
        add(.spawned, at: offset) {
            $0.instance = instance
            $0.instanceIncarnation = incarnation
        }
    }

    /// `acquired` and the observer's record at `from`, `promoted` 1 ms later. The write was sent 1 ms before.
    mutating func lead(
        _ role: String,
        _ instance: String,
        _ incarnation: Int64 = 1,
        term: UInt64,
        from: Duration,
        promoted: Duration? = .milliseconds(1),
        recorded: Bool = true
    ) {
        add(.acquired, at: from, source: instance, incarnation: incarnation) {
            $0.role = role
            $0.term = term
            $0.sentNs = Self.time(from - .milliseconds(1)).nanoseconds
            $0.ttlNs = Self.ttl.nanoseconds
        }
        if let promoted {
            add(.promoted, at: from + promoted, source: instance, incarnation: incarnation) {
                $0.role = role
                $0.term = term
            }
        }
        if recorded {
            record(role, instance, incarnation, revision: term, sent: from - .milliseconds(1), at: from)
        }
    }

    /// The observer sees a record.
    mutating func record(
        _ role: String,
        _ instance: String,
        _ incarnation: Int64 = 1,
        revision: UInt64,
        sent: Duration,
        at offset: Duration,
        mark: String? = nil
    ) {
        add(.revision, at: offset, source: "observer") {
            $0.role = role
            $0.revision = revision
            $0.value = "record"
            $0.instance = instance
            $0.instanceIncarnation = incarnation
            $0.sentNs = Self.time(sent).nanoseconds
            $0.ttlNs = Self.ttl.nanoseconds
            $0.mark = mark
        }
    }

    /// The first lives of two instances: `giver` writes the record that names `successor`, 100 µs before the store takes it, and
    /// says so.
    mutating func transfer(
        _ role: String,
        _ giver: String,
        term: UInt64,
        to successor: String,
        revision: UInt64,
        at offset: Duration,
        answered: Bool = true
    ) {
        record(role, successor, revision: revision, sent: offset - .microseconds(100), at: offset, mark: "transfer")
        guard answered else { return }
        operate(.transfer, role, giver, sent: offset - .microseconds(100), at: offset)
        add(.released, at: offset, source: giver, incarnation: 1) {
            $0.role = role
            $0.term = term
            $0.revision = revision
            $0.instance = successor
        }
    }

    /// The first life of an instance finds itself named: its lease counts from a write of its own, half a second before.
    mutating func succeed(_ role: String, _ instance: String, term: UInt64, at offset: Duration) {
        suspect(role, instance, at: offset)
        add(.acquired, at: offset, source: instance, incarnation: 1) {
            $0.role = role
            $0.term = term
            $0.sentNs = Self.time(offset - .milliseconds(500)).nanoseconds
            $0.ttlNs = Self.ttl.nanoseconds
        }
        add(.promoted, at: offset + .microseconds(50), source: instance, incarnation: 1) {
            $0.role = role
            $0.term = term
        }
    }

    mutating func operate(
        _ operation: StoreOperation,
        _ role: String,
        _ instance: String,
        _ incarnation: Int64 = 1,
        due: Duration? = nil,
        sent: Duration,
        at offset: Duration,
        outcome: OperationOutcome = .ok
    ) {
        add(.operation, at: offset, source: instance, incarnation: incarnation) {
            $0.role = role
            $0.operation = operation.rawValue
            $0.outcome = outcome.rawValue
            $0.dueNs = due.map { Self.time($0).nanoseconds }
            $0.sentNs = Self.time(sent).nanoseconds
        }
    }

    mutating func suspect(_ role: String, _ instance: String, _ incarnation: Int64 = 1, at offset: Duration) {
        add(.suspected, at: offset, source: instance, incarnation: incarnation) { $0.role = role }
    }

    mutating func demote(
        _ role: String,
        _ instance: String,
        _ incarnation: Int64 = 1,
        term: UInt64,
        at offset: Duration,
        _ reason: DemotionReason = .stopped,
        steppedDown: Duration? = nil
    ) {
        func fill(_ entry: inout HistoryEntry) {
            entry.role = role
            entry.term = term
            entry.reason = reason.rawValue
        }
        add(.demoted, at: offset, source: instance, incarnation: incarnation, fill)
        if let steppedDown { add(.steppedDown, at: steppedDown, source: instance, incarnation: incarnation, fill) }
    }

    mutating func believe(_ terms: [String: UInt64], _ instance: String, _ incarnation: Int64 = 1, at offset: Duration)
    {
        add(.believed, at: offset, source: instance, incarnation: incarnation) { $0.terms = terms }
    }

    /// The kill's call returns 100 µs later, the driver sees the process gone 5 ms later.
    mutating func kill(
        _ id: Int,
        _ instance: String,
        _ incarnation: Int64 = 1,
        at offset: Duration,
        due: Duration? = nil
    ) {
        fault(id, FaultName.kill, instance, incarnation, at: offset, due: due)
        exit(instance, incarnation, at: offset + .milliseconds(5), status: "signal 9")
    }

    /// Nothing of it is undone before ``endFault(_:_:_:_:at:)`` or ``heal(_:_:_:at:)``.
    mutating func fault(
        _ id: Int,
        _ kind: String,
        _ victim: String,
        _ incarnation: Int64? = 1,
        target: FaultRecord.Target? = nil,
        at offset: Duration,
        due: Duration? = nil,
        detail: String? = nil
    ) {
        func fill(_ entry: inout HistoryEntry) {
            entry.faultId = id
            entry.fault = kind
            entry.target = target?.rawValue
            entry.instance = victim
            entry.instanceIncarnation = incarnation
        }
        add(.fault, at: offset) {
            fill(&$0)
            $0.dueNs = Self.time(due ?? offset).nanoseconds
            $0.detail = detail
        }
        add(.faultApplied, at: offset + .microseconds(100), fill)
    }

    /// A fault on a process that lives on, a link or a server is undone.
    mutating func heal(_ id: Int, _ kind: String, _ victim: String, at offset: Duration) {
        add(.faultEnded, at: offset) {
            $0.faultId = id
            $0.fault = kind
            $0.instance = victim
        }
    }

    mutating func endFault(_ id: Int, _ kind: String, _ instance: String, _ newIncarnation: Int64, at offset: Duration)
    {
        add(.faultEnded, at: offset) {
            $0.faultId = id
            $0.fault = kind
            $0.instance = instance
            $0.instanceIncarnation = newIncarnation
        }
        spawn(instance, newIncarnation, at: offset)
    }

    /// The store is out from `lost` to `ready`.
    mutating func outage(_ lost: Duration, _ ready: Duration?, leader: String = "server-1") {
        add(.storeLost, at: lost)
        if let ready { add(.storeReady, at: ready) { $0.server = leader } }
    }

    mutating func append(
        _ role: String,
        _ instance: String,
        _ incarnation: Int64 = 1,
        term: UInt64,
        number: UInt64,
        sent: Duration? = nil,
        at offset: Duration
    ) {
        add(.ledger, at: offset, source: "ledger") {
            $0.role = role
            $0.term = term
            $0.instance = instance
            $0.instanceIncarnation = incarnation
            $0.revision = number
            $0.sentNs = sent.map { Self.time($0).nanoseconds }
        }
    }

    /// A leader that renews each second, seen by the observer, from `from` up to and without `until`; the answer comes 1 ms later.
    mutating func renew(
        _ role: String,
        _ instance: String,
        _ incarnation: Int64 = 1,
        firstRevision: UInt64,
        from: Duration,
        until: Duration
    ) {
        var sent = from
        var revision = firstRevision
        while sent < until {
            operate(.renew, role, instance, incarnation, sent: sent, at: sent + .milliseconds(1))
            record(role, instance, incarnation, revision: revision, sent: sent, at: sent + .milliseconds(1))
            sent += .seconds(1)
            revision += 1
        }
    }

    mutating func exit(_ instance: String, _ incarnation: Int64 = 1, at offset: Duration, status: String = "exit 0") {
        add(.exited, at: offset) {
            $0.instance = instance
            $0.instanceIncarnation = incarnation
            $0.status = status
        }
    }

    var history: History { History(entries) }

    var terms: Terms {
        let history = history
        let end = history.end ?? Self.start
        return Terms(history, lives: Lives(history), ttl: Self.ttl, historyEnd: end)
    }

    func analysis(
        roles: [String] = ["r"],
        faults: [String] = [],
        minFaults: Int = 0,
        detector: Detector = .lease
    ) -> Analysis {
        Analysis(Self.run(roles: roles, faults: faults, minFaults: minFaults, detector: detector), history)
    }

    func judgement(faults: [String] = [], minFaults: Int = 0) -> Judgement {
        Judgement(analysis(faults: faults, minFaults: minFaults))
    }

    static func run(
        roles: [String] = ["r"],
        faults: [String] = [],
        minFaults: Int = 0,
        detector: Detector = .lease
    ) -> RunDescription {
        let settings = RunSettings(
            instances: 3,
            roles: roles,
            ttlNs: ttl.nanoseconds,
            heartbeatNs: 500_000_000,
            detector: detector.rawValue,
            faults: faults,
            faultIntervalNs: 2_000_000_000,
            downtimeMinNs: 500_000_000,
            downtimeMaxNs: 2_000_000_000,
            durationNs: 60_000_000_000,
            warmUpNs: 5_000_000_000,
            minFaults: minFaults
        )
        return RunDescription(
            runID: "20251123T164300Z-story",
            name: "story",
            seed: 42,
            startedAtNs: 1_763_916_180_000_000_001,
            started: start,
            version: "0.1.0",
            command: ["electbench", "--name", "it's"],
            repeatCommand: ["electbench", "--seed", "42", "--name", "it's"],
            settings: settings,
            serverVersions: ["2.12.1"],
            kernel: "6.1",
            cores: 2,
            memoryKb: 8_000_000
        )
    }
}

extension Span {
    /// The span's ends since `run_started`.
    var offsets: [Duration] { [start - Story.start, end - Story.start] }
}
