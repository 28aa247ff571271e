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
        for entry in operations(.acquire) { counts[key(entry, [status(entry, "failed")]), default: 0] += 1 }
        add(counts, "election_acquire_attempts", "Election acquisition attempts", ["status"], to: &families)
    }

    func addHeartbeats(to families: inout MetricFamilies) {
        var spans: [Key: [Duration]] = [:]
        for entry in operations(.renew) {
            guard let sent = entry.sentNs else { continue }
            spans[key(entry, [status(entry, "failure")]), default: []].append(.nanoseconds(entry.t - sent))
        }
        // 1 ms to 512 ms, each twice the one before.
        let bounds = (0..<10).map { Duration.milliseconds(1 << $0) }
        add(spans, "election_heartbeat_duration_seconds", "How long a renewal took", ["status"], bounds, to: &families)
    }

    func addTerms(to families: inout MetricFamilies) {
        var spans: [Key: [Duration]] = [:]
        for term in analysis.terms.all where term.ending != .open && analysis.window.contains(term.belief.end) {
            spans[Key(role: term.role, instance: term.holder.instance), default: []].append(term.belief.length)
        }
        // 1 s to 2048 s, each twice the one before.
        let bounds = (0..<12).map { Duration.seconds(1 << $0) }
        add(spans, "election_leader_duration_seconds", "How long a leadership lasted", [], bounds, to: &families)
    }

    // MARK: Of the history

    private func measured(_ kind: HistoryEvent) -> [HistoryEntry] {
        analysis.history[kind: kind].filter { $0.role != nil && analysis.window.contains($0.time) }
    }

    private func operations(_ operation: StoreOperation) -> [HistoryEntry] {
        var addresses: [UInt32] = []
        let name = analysis.history.symbol(operation.rawValue)
        SettledOperations(analysis.history).scan(analysis.history) { row in
            let isIt = name != nil && row[text: .operation] == name && row.role != nil
            if isIt, analysis.window.contains(row.time) { addresses.append(row.address) }
        }
        return Array(analysis.history.entries(at: addresses))
    }

    private func status(_ entry: HistoryEntry, _ failed: String) -> String {
        entry.outcome == OperationOutcome.ok.rawValue ? "success" : failed
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
        _ spans: [Key: [Duration]],
        _ name: String,
        _ help: String,
        _ names: [String],
        _ bounds: [Duration],
        to families: inout MetricFamilies
    ) {
        func seconds(_ span: Duration) -> String { Numbers.fixed(scaled: span.nanoseconds, digits: 9) }
        for (key, spans) in spans.sorted(by: { $0.key < $1.key }) {
            let own = labels(key, names)
            func add(_ suffix: String, _ labels: [(String, String)], _ value: String) {
                families.add(
                    MetricFamily(name, .histogram, unit: "seconds", help: help),
                    suffix: suffix,
                    labels,
                    value
                )
            }
            for bound in bounds {
                let limit = Numbers.fixed(scaled: bound.nanoseconds / 1_000_000, digits: 3)
                add("_bucket", own + [("le", limit)], String(spans.count { $0 <= bound }))
            }
            add("_bucket", own + [("le", "+Inf")], String(spans.count))
            add("_count", own, String(spans.count))
            add("_sum", own, seconds(spans.reduce(.zero, +)))
        }
    }
}
