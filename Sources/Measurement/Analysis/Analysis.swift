import ElectionCore

/// Everything that is measured of a run: a pure function of its description and its history.
package struct Analysis: Sendable {
    package let run: RunDescription
    package let history: History
    package let window: Window
    package let terms: Terms
    package let faults: [FaultRecord]
    /// Of each fault in the measured part, by its id.
    package let tolls: [Int: FaultToll]
    package let failovers: [Failover]
    package let outages: [Outage]
    package let handovers: [Handover]
    package let falseFailovers: [FalseFailover]
    package let availability: [RoleAvailability]
    package let distribution: Distribution
    package let balance: Balance
    package let resources: ResourceUse
    /// A row an instance and operation.
    package let operations: [OperationFigures]
    /// A row an operation, all instances together.
    package let operationTotals: [OperationFigures]
    package let safety: Safety
    package let ledger: LedgerCheck
    /// By rule, role and time.
    package let violations: [Violation]
    package let connections: [Reconnection]
    /// Nil in a run without links.
    package let linkCost: LinkCost?

    package init(_ run: RunDescription, _ history: History) {
        self.run = run
        self.history = history
        let ttl = Duration.nanoseconds(run.settings.ttlNs)
        window = Window(history, started: Timestamp(nanoseconds: run.startedTNs))
        let lives = Lives(history)
        let terms = Terms(history, lives: lives, ttl: ttl, historyEnd: window.historyEnd)
        self.terms = terms
        let store = StoreView(history, ttl: ttl)
        faults = FaultRecord.all(history)
        let timeline = FaultTimeline(
            faults,
            outages: StoreOutage.all(history, faults: faults, historyEnd: window.historyEnd),
            ttl: ttl,
            historyEnd: window.historyEnd
        )
        let settled = SettledOperations(history)
        let finder = FailoverFinder(
            history,
            terms: terms,
            store: store,
            timeline: timeline,
            window: window,
            detector: run.settings.detector,
            settled: settled
        )
        failovers = finder.failovers()
        tolls = finder.tolls(failovers)
        outages = Outage.all(terms, timeline: timeline, roles: run.settings.roles, window: window)
        handovers = Handover.all(terms, history: history, store: store, window: window)
        falseFailovers = FalseFailover.all(terms, timeline: timeline, window: window)
        availability = RoleAvailability.all(terms, roles: run.settings.roles, window: window)
        let roles = Set(run.settings.roles).union(terms.byRole.keys)
        distribution = Distribution(terms, lives: lives, roles: roles.count, window: window)
        balance = Balance(
            terms,
            lives: lives,
            faults: faults,
            roles: roles,
            history: history,
            window: window
        )
        resources = ResourceUse(history, settled, window: window)
        (operations, operationTotals) = OperationFigures.all(history, settled, window: window)
        safety = Safety(terms, store: store, window: window)
        ledger = LedgerCheck(history, terms: terms, timeline: timeline)
        violations = Violation.all(safety, ledger: ledger, timeline: timeline)
        connections = Reconnection.all(history)
        linkCost = LinkCost(history)
    }

    /// The kinds of faults that were wanted or carried out, by name.
    package var faultKinds: [String] { Set(run.settings.faults).union(faults.map(\.kind)).sorted() }

    package func failovers(of kind: String) -> [Failover] { failovers.filter { $0.fault.kind == kind } }

    /// How many faults of a kind hit a leader: a victim led a role just before; for a fault on servers, anybody did.
    package func hits(of kind: String) -> Int {
        faults.count { $0.kind == kind && tolls[$0.id, default: FaultToll()].led > 0 }
    }

    /// What all faults of a kind cost.
    package func toll(of kind: String) -> FaultToll {
        faults.filter { $0.kind == kind }.compactMap { tolls[$0.id] }.reduce(into: FaultToll()) { sum, toll in
            sum.led += toll.led
            sum.taken += toll.taken
            sum.kept += toll.kept
        }
    }

    /// From the run's first moment until every instance watched the bucket and every role was led; nil where it never came to that.
    package var start: Duration? {
        func begin(_ phase: String) -> Timestamp? { history[kind: .phase].first { $0.name == phase }?.time }
        guard let first = begin("servers"), let led = begin("warm_up") else { return nil }
        return led - first
    }

    /// Ends of instances that no fault and no orderly stop explains.
    var crashes: [HistoryEntry] {
        let explained: Set = ["exit 0", "signal 9", "signal 15"]
        return history[kind: .exited].filter { entry in entry.status.map { !explained.contains($0) } ?? false }
    }

    package var isInterrupted: Bool { !history[kind: .interrupted].isEmpty }
    /// Nil of a run that no threshold and no broken promise ended.
    package var abort: HistoryEntry? { history[kind: .aborted].first }
    package var hasEnded: Bool { !history[kind: .runEnded].isEmpty }
    /// Why the run could not be carried out to its end; none where it was, or where not even that could be written.
    package var failures: [String] { messages(of: .failed) }
    /// What a reader of the figures has to know, one line each.
    package var warnings: [String] { messages(of: .warning) }

    private func messages(of kind: HistoryEvent) -> [String] {
        history[kind: kind].compactMap(\.message).map { message in
            // A message may quote another program: its control characters stay away from terminals.
            String(
                String.UnicodeScalarView(
                    message.unicodeScalars.map { $0.properties.generalCategory == .control ? " " : $0 }
                )
            )
        }
    }
}
