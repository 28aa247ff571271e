import ElectionCore

/// The metrics that the Go library `ali-assar/NATS-Leader-Election` registers in its `leader/metrics.go`, with its names, types, labels
/// and buckets, as the measured part of the run gives them. `docs/go-library.md` says what each counts here, and which have none.
enum GoLibraryMetrics {
    static func add(_ analysis: Analysis, _ labels: [(String, String)], to families: inout MetricFamilies) {
        let metrics = Metrics(analysis: analysis, labels: labels)
        metrics.addLeaders(to: &families)
        metrics.addTransitions(to: &families)
        metrics.addAttempts(to: &families)
        metrics.addHeartbeats(to: &families)
        metrics.addTerms(to: &families)
    }
}

private struct Metrics {
    let analysis: Analysis
    let labels: [(String, String)]

    struct Key: Hashable, Comparable {
        var role: String
        var instance: String
        var more: [String] = []

        static func < (left: Key, right: Key) -> Bool {
            (left.role, left.instance, left.more.joined(separator: ",")) < (
                right.role, right.instance, right.more.joined(separator: ",")
            )
        }
    }

    private func labels(_ key: Key, _ names: [String] = []) -> [(String, String)] {
        let own = [
            ("role", key.role), ("instance_id", key.instance), ("bucket", analysis.run.settings.bucket),
        ]
        return labels + own + zip(names, key.more).map { ($0, $1) }
    }

    /// Who led, by belief, at the end of the measured part. Of the others there is no sample: there would be one for each pair.
    func addLeaders(to families: inout MetricFamilies) {
        let name = "election_is_leader"
        for term in analysis.terms.led(before: analysis.window.end) {
            families.add(
                MetricFamily(name, .gauge, help: "1 if the instance leads at the end of the measured part"),
                labels(Key(role: term.role, instance: term.holder.instance)),
                "1"
            )
        }
    }

    func addTransitions(to families: inout MetricFamilies) {
        var counts: [Key: Int] = [:]
        for entry in measured(.acquired) {
            counts[key(entry, ["CANDIDATE", "LEADER"]), default: 0] += 1
        }
        for entry in measured(.demoted) {
            let next = entry.reason == DemotionReason.stopped.rawValue ? "STOPPED" : "FOLLOWER"
            counts[key(entry, ["LEADER", next]), default: 0] += 1
        }
        add(counts, "election_transitions", "State transitions", ["from_state", "to_state"], to: &families)
        var invalid: [Key: Int] = [:]
        for entry in measured(.demoted) where entry.reason == DemotionReason.invalidToken.rawValue {
            invalid[key(entry), default: 0] += 1
        }
        add(invalid, "election_token_validation_failures", "Leaders whose token was found invalid", [], to: &families)
    }

    func addAttempts(to families: inout MetricFamilies) {
        var counts: [Key: Int] = [:]
        for (key, sums) in operations(.acquire, failed: "failed", bounds: []) { counts[key] = sums.count }
        add(counts, "election_acquire_attempts", "Election acquisition attempts", ["status"], to: &families)
    }

    func addHeartbeats(to families: inout MetricFamilies) {
        // 1 ms to 512 ms, each twice the one before.
        let sums = operations(.renew, failed: "failure", bounds: (0..<10).map { .milliseconds(1 << $0) })
        add(sums, "election_heartbeat_duration_seconds", "How long a renewal took", ["status"], to: &families)
    }

    func addTerms(to families: inout MetricFamilies) {
        // 1 s to 2048 s, each twice the one before.
        let bounds = (0..<12).map { Duration.seconds(1 << $0) }
        var sums: [Key: SpanSums] = [:]
        for term in analysis.terms.all where term.ending != .open && analysis.window.contains(term.belief.end) {
            let key = Key(role: term.role, instance: term.holder.instance)
            sums[key, default: SpanSums(bounds)].add(term.belief.length)
        }
        add(sums, "election_leader_duration_seconds", "How long a leadership lasted", [], to: &families)
    }

    // MARK: Of the history

    private func measured(_ kind: HistoryEvent) -> [HistoryEntry] {
        analysis.history[kind: kind].filter { $0.role != nil && analysis.window.contains($0.time) }
    }

    /// The settled operations of a kind, by role, instance and outcome: a long run has millions.
    private func operations(_ operation: StoreOperation, failed: String, bounds: [Duration]) -> [Key: SpanSums] {
        struct Row: Hashable {
            var role: Symbol
            var source: Symbol
            var isSuccess: Bool
        }
        let history = analysis.history
        guard let name = history.symbol(operation.rawValue) else { return [:] }
        let success = history.symbol(OperationOutcome.ok.rawValue)
        var sums: [Row: SpanSums] = [:]
        SettledOperations(history).scan(history) { row in
            guard row[text: .operation] == name, let role = row.role, let sent = row.sentNs,
                analysis.window.contains(row.time)
            else { return }
            let isSuccess = success != nil && row[text: .outcome] == success
            sums[Row(role: role, source: row.source, isSuccess: isSuccess), default: SpanSums(bounds)]
                .add(.nanoseconds(row.t - sent))
        }
        return Dictionary(
            uniqueKeysWithValues: sums.map { row, sums in
                let status = row.isSuccess ? "success" : failed
                return (Key(role: history.text(row.role), instance: history.text(row.source), more: [status]), sums)
            }
        )
    }

    private func key(_ entry: HistoryEntry, _ more: [String] = []) -> Key {
        Key(role: entry.role ?? "", instance: entry.source, more: more)
    }

    // MARK: Samples

    private func add(
        _ counts: [Key: Int],
        _ name: String,
        _ help: String,
        _ names: [String],
        to families: inout MetricFamilies
    ) {
        for (key, count) in counts.sorted(by: { $0.key < $1.key }) {
            families.add(
                MetricFamily(name, .counter, help: help),
                suffix: "_total",
                labels(key, names),
                String(count)
            )
        }
    }

    private func add(
        _ sums: [Key: SpanSums],
        _ name: String,
        _ help: String,
        _ names: [String],
        to families: inout MetricFamilies
    ) {
        for (key, sums) in sums.sorted(by: { $0.key < $1.key }) {
            let own = labels(key, names)
            func add(_ suffix: String, _ labels: [(String, String)], _ value: String) {
                families.add(
                    MetricFamily(name, .histogram, unit: "seconds", help: help),
                    suffix: suffix,
                    labels,
                    value
                )
            }
            for (bound, count) in zip(sums.bounds, sums.counts) {
                add("_bucket", own + [("le", Self.canonical(bound))], String(count))
            }
            add("_bucket", own + [("le", "+Inf")], String(sums.count))
            add("_count", own, String(sums.count))
            add("_sum", own, Numbers.fixed(scaled: sums.total.nanoseconds, digits: 9))
        }
    }

    /// Seconds as the standard wants a bucket's bound: `1.0`, `0.016`.
    private static func canonical(_ bound: Duration) -> String {
        var text = Numbers.fixed(scaled: bound.nanoseconds / 1_000_000, digits: 3)
        while text.hasSuffix("0"), !text.hasSuffix(".0") { text.removeLast() }
        return text
    }
}

/// Spans as a histogram has them.
struct SpanSums {
    let bounds: [Duration]
    /// Of each bound, how many spans are not above it.
    private(set) var counts: [Int]
    private(set) var count = 0
    private(set) var total = Duration.zero

    init(_ bounds: [Duration]) {
        self.bounds = bounds
        counts = .init(repeating: 0, count: bounds.count)
    }

    mutating func add(_ span: Duration) {
        count += 1
        total += span
        for index in bounds.indices where span <= bounds[index] { counts[index] += 1 }
    }
}
