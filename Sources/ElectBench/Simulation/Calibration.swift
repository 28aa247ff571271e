import ElectionCore
import Measurement
import Simulation

/// What a real run says of its store, its network and its processes, as the model that a simulation takes.
struct Calibration {
    let plan: RunPlan
    let run: RunDescription
    let history: History

    /// - Throws: ``Failure`` with exit code 3 where the run was too short to tell.
    func model(named name: String) throws -> ModelFile {
        let renewals = history[kind: .operation].filter { $0.operation == "renew" && $0.outcome == "ok" }
        let trips = renewals.compactMap { entry in entry.sentNs.map { entry.t - $0 } }.sorted()
        guard trips.count >= Self.leastRenewals else {
            throw Failure.notCarriedOut(
                "\(trips.count) renewals are too few for a model, at least \(Self.leastRenewals) are wanted: "
                    + "give a longer --duration, or more --roles"
            )
        }
        // A request's way is half of the fastest round trip; whatever else there is comes after it.
        let request = trips[0] / 2
        var model = ClusterModel.local
        var assumed = ["silence", "streamElection"]
        func take(_ spans: [Int64], as part: WritableKeyPath<ClusterModel, Latency>, _ name: String) {
            if let latency = Self.latency(spans) { model[keyPath: part] = latency } else { assumed.append(name) }
        }
        model.request = .always(request)
        take(trips.map { $0 - request }, as: \.answer, "answer")
        take(deliveries(of: Set(renewals.compactMap(\.sentNs))).map { max(0, $0 - request) }, as: \.watch, "watch")
        take(renewals.compactMap(Self.lateness), as: \.timer, "timer")
        take(callbacks, as: \.callback, "callback")
        take(spans(from: .spawned, to: .started), as: \.start, "start")
        take(spans(from: .started, to: .connected), as: \.connection, "connection")
        take(disconnections(answer: model.answer), as: \.disconnection, "disconnection")
        if !fitMessageCost(&model) { assumed += ["service", "delivery"] }
        return ModelFile(
            name: name,
            serverVersion: run.serverVersions.first ?? "unknown",
            kernel: run.kernel,
            cores: run.cores,
            memoryKb: run.memoryKb,
            assumed: assumed.sorted(),
            model: model
        )
    }

    private static let leastRenewals = 100

    /// Nil of none.
    private static func latency(_ spans: [Int64]) -> Latency? {
        let sorted = spans.filter { $0 >= 0 }.sorted()
        guard let last = sorted.last else { return nil }
        let steps = 200
        return Latency(quantiles: (0..<steps).map { sorted[sorted.count * $0 / steps] } + [last])
    }

    private static func lateness(_ entry: HistoryEntry) -> Int64? {
        guard let due = entry.dueNs, let sent = entry.sentNs else { return nil }
        return sent - due
    }

    /// From the sending of a record until the observer has it.
    ///
    /// - Parameter instants: when these records were sent. At a watch's begin it shows what was sent long before.
    private func deliveries(of instants: Set<Int64>) -> [Int64] {
        guard let first = history[kind: .observerSynced].first?.t else { return [] }
        return [HistoryEvent.revision, .session].flatMap { kind in
            history[kind: kind].compactMap { entry in
                guard entry.value == "record", let sent = entry.sentNs, sent > first, instants.contains(sent) else {
                    return nil
                }
                return entry.t - sent
            }
        }
    }

    /// Where many try for a role at once, they wait for each other: for the server, and for this machine's processors. How long
    /// one message keeps the others waiting is what makes the 90th percentile of acquisitions the real run's: most hardly wait.
    ///
    /// - Returns: false where there were none.
    private func fitMessageCost(_ model: inout ClusterModel) -> Bool {
        guard let wanted = Self.contended(acquisitions(in: history[kind: .operation])) else { return false }
        var range: ClosedRange<Int64> = 0...Self.mostMessageCost
        while range.upperBound - range.lowerBound > 500 {
            let middle = (range.lowerBound + range.upperBound) / 2
            model.service = middle
            model.delivery = middle
            let found = Self.contended(simulatedAcquisitions(model)) ?? 0
            range = found < wanted ? middle...range.upperBound : range.lowerBound...middle
        }
        return true
    }

    private static let mostMessageCost: Int64 = 200_000

    private func simulatedAcquisitions(_ model: ClusterModel) -> [Int64] {
        guard let world = try? plan.world(model, drift: 0) else { return [] }
        var operations: [HistoryEntry] = []
        let scribe = HistoryScribe(plan: world, start: 0) { entry in
            if entry.kind == .operation { operations.append(entry) }
        }
        SimulatedRun(plan: world, course: plan.course(serverVersion: ""), scribe: scribe).carryOut()
        return acquisitions(in: operations)
    }

    /// Of all tries for a role, those that came first and the others.
    private func acquisitions(in operations: some Sequence<HistoryEntry>) -> [Int64] {
        operations.compactMap { entry in
            guard entry.role != nil, entry.operation == "acquire", ["ok", "lost"].contains(entry.outcome) else {
                return nil
            }
            return entry.sentNs.map { entry.t - $0 }
        }
    }

    private static func contended(_ spans: [Int64]) -> Int64? { spans.sorted().sortedPercentile(.p90) }

    private var callbacks: [Int64] {
        var acquired: [String: Int64] = [:]
        func key(_ entry: HistoryEntry) -> String { "\(entry.source) \(entry.role ?? "") \(entry.term ?? 0)" }
        for entry in history[kind: .acquired] { acquired[key(entry)] = entry.t }
        return history[kind: .promoted].compactMap { entry in acquired[key(entry)].map { entry.t - $0 } }
    }

    /// Of each life, between the first events of two kinds.
    private func spans(from first: HistoryEvent, to second: HistoryEvent) -> [Int64] {
        func key(_ entry: HistoryEntry) -> String {
            "\(entry.instance ?? entry.source) \(entry.instanceIncarnation ?? entry.incarnation ?? 0)"
        }
        var begins: [String: Int64] = [:]
        for entry in history[kind: first] where begins[key(entry)] == nil { begins[key(entry)] = entry.t }
        var spans: [Int64] = []
        for entry in history[kind: second] {
            if let begin = begins.removeValue(forKey: key(entry)) { spans.append(entry.t - begin) }
        }
        return spans
    }

    /// From a kill until the first follower hears of the closed connection, without the way from the server.
    private func disconnections(answer: Latency) -> [Int64] {
        let suspected = history[kind: .suspected].filter { $0.reason == "disconnected" }.map(\.t)
        let way = answer.quantiles[answer.quantiles.count / 2]
        return history[kind: .fault].filter { $0.fault == "kill" }.compactMap { fault in
            guard let heard = suspected.first(where: { $0 >= fault.t }), heard - fault.t < 1_000_000_000 else {
                return nil
            }
            return max(0, heard - fault.t - way)
        }
    }
}
