import ElectionCore

/// JUnit XML as GitHub's and GitLab's readers and Jenkins's `xunit` schema take it: a suite a run; a case a threshold, a safety rule
/// and a kind of fault, one for the verdict, and one for that against a baseline.
///
/// What was crossed or broken is a `failure`. What can't be said for too little was seen is an `error`: a skipped case is shown as if
/// nothing were amiss, and the run's exit code isn't 0. `skipped` is what was not asked for, as fencing without a ledger.
enum JUnitExport {
    /// - Parameter missing: runs that left nothing to measure; each has a suite with one error.
    static func text(
        _ runs: [(label: String, summary: Summary)],
        missing: [(label: String, line: String)] = [],
        baseline: CompareReport? = nil
    ) -> String {
        let suites =
            runs.map { suite($0.label, $0.summary, baseline) }
            + missing.map { label, line in
                let lost = Case(group: "run", name: "verdict", outcome: ("error", "inconclusive", line, line))
                return suite("electbench \(label)", [lost], seconds: "0.000", at: "1970-01-01T00:00:00")
            }
        let totals = ["tests", "failures", "errors", "skipped"].map { name in
            (name, String(suites.map { $0.count[name, default: 0] }.reduce(0, +)))
        }
        return XMLElement("testsuites", [("name", "electbench")] + totals, suites.map(\.element)).document
    }

    private struct Case {
        var group: String
        var name: String
        var outcome: (kind: String, type: String, message: String, text: String)?
        var output: String?
        var seconds = "0.000"

        var element: XMLElement {
            var children: [XMLElement] = []
            if let outcome {
                let attributes = [("message", outcome.message)] + (outcome.type.isEmpty ? [] : [("type", outcome.type)])
                children.append(
                    XMLElement(outcome.kind, attributes, text: outcome.kind == "skipped" ? nil : outcome.text)
                )
            }
            if let output { children.append(XMLElement("system-out", text: output)) }
            return XMLElement(
                "testcase",
                [("classname", "electbench.\(group)"), ("name", name), ("time", seconds)],
                children
            )
        }
    }

    private static func suite(
        _ label: String,
        _ summary: Summary,
        _ baseline: CompareReport?
    ) -> (element: XMLElement, count: [String: Int]) {
        let run = summary.analysis.run
        let properties = properties(of: run).map { XMLElement("property", [("name", $0), ("value", $1)]) }
        let output = "run \(run.runID)\nTo repeat it:\n\(run.repeatCommand)\n"
        return suite(
            label.isEmpty ? "electbench" : "electbench \(label)",
            [verdict(summary)] + (baseline.map { [against($0)] } ?? []) + summary.thresholds.map(threshold)
                + rules(summary) + faults(summary),
            seconds: seconds(summary),
            at: String(run.startedAt.prefix(19)),
            before: [XMLElement("properties", [], properties)],
            after: [XMLElement("system-out", text: output)]
        )
    }

    private static func suite(
        _ name: String,
        _ cases: [Case],
        seconds: String,
        at time: String,
        before: [XMLElement] = [],
        after: [XMLElement] = []
    ) -> (element: XMLElement, count: [String: Int]) {
        func count(_ kind: String) -> Int { cases.count { $0.outcome?.kind == kind } }
        let count = [
            "tests": cases.count, "failures": count("failure"), "errors": count("error"), "skipped": count("skipped"),
        ]
        let attributes =
            [("name", name)] + ["tests", "failures", "errors", "skipped"].map { ($0, String(count[$0, default: 0])) }
            + [("time", seconds), ("timestamp", time)]
        return (XMLElement("testsuite", attributes, before + cases.map(\.element) + after), count)
    }

    private static func seconds(_ summary: Summary) -> String { summary.statistic("measured_s")?.value ?? "0.000" }

    private static func properties(of run: RunDescription) -> [(String, String)] {
        let settings = run.settings
        return [
            ("run_id", run.runID), ("seed", "\(run.seed)"), ("version", run.version),
            ("instances", "\(settings.instances)"), ("roles", "\(settings.roles.count)"),
            ("ttl_ns", "\(settings.ttlNs)"), ("heartbeat_ns", "\(settings.heartbeatNs)"),
            ("detector", settings.detector), ("campaign", settings.campaign),
            ("faults", settings.faults.joined(separator: ",")), ("duration_ns", "\(settings.durationNs)"),
            ("server", settings.server), ("servers", "\(settings.servers)"), ("storage", settings.storage),
            ("replicas", "\(settings.replicas)"), ("server_versions", run.serverVersions.joined(separator: ",")),
            ("kernel", run.kernel), ("cores", "\(run.cores)"), ("repeat_command", run.repeatCommand),
        ]
    }

    // MARK: Cases

    private static func verdict(_ summary: Summary) -> Case {
        let judgement = summary.judgement
        let kind: String? =
            switch judgement.verdict {
            case .unsafe, .crossed: "failure"
            case .inconclusive: "error"
            case .pass: judgement.isInterrupted ? "error" : nil
            }
        let word = judgement.isInterrupted ? "\(judgement.verdict.rawValue), interrupted" : judgement.verdict.rawValue
        return Case(
            group: "run",
            name: "verdict",
            outcome: kind.map { ($0, word, judgement.reasons.first ?? word, text(judgement.reasons)) },
            output: "\(word), exit code \(judgement.exitCode)",
            seconds: seconds(summary)
        )
    }

    private static func against(_ baseline: CompareReport) -> Case {
        let kind: String? =
            switch baseline.verdict {
            case .unsafe, .worse: "failure"
            case .tooFew: "error"
            case .better, .noDifference: nil
            }
        let word = baseline.verdict.rawValue
        return Case(
            group: "run",
            name: "baseline",
            outcome: kind.map {
                ($0, word, baseline.reasons.first ?? word, text([word] + baseline.reasons + baseline.remarks))
            },
            output: "\(word), exit code \(baseline.exitCode)"
        )
    }

    private static func threshold(_ result: ThresholdResult) -> Case {
        var made = Case(group: "thresholds", name: result.text)
        switch result.state {
        case .passed: made.output = result.finding
        case .crossed: made.outcome = ("failure", "crossed", result.finding, result.headline)
        case .inconclusive: made.outcome = ("error", "inconclusive", result.finding, result.headline)
        }
        return made
    }

    private static func rules(_ summary: Summary) -> [Case] {
        let analysis = summary.analysis
        return Violation.Rule.allCases.map { rule in
            var made = Case(group: "safety", name: rule.rawValue)
            let found = analysis.violations.filter { $0.rule == rule }.map(\.headline)
            let needsLedger = rule == .fencePassed || rule == .fenceRefused
            if let first = found.first {
                made.outcome = ("failure", "unsafe", first, text(found))
            } else if !analysis.window.hasBegun {
                let line = "the measured part of the run never began"
                made.outcome = ("error", "inconclusive", line, line)
            } else if needsLedger, analysis.ledger.entries == 0 {
                made.outcome = ("skipped", "", "there is no ledger", "")
            }
            return made
        }
    }

    private static func faults(_ summary: Summary) -> [Case] {
        summary.analysis.faultKinds.map { kind in
            func figure(_ measure: String) -> String { summary.statistic(measure, scope: "fault=\(kind)")?.value ?? "" }
            let settings = summary.analysis.run.settings
            let wanted = settings.faults.contains(kind) ? settings.minFaults : 0
            let hit = figure("faults_hit")
            let lost = figure("failovers_lost")
            var made = Case(group: "faults", name: kind)
            var problems: [String] = []
            if (Int(hit) ?? 0) < wanted { problems.append("\(hit) of \(wanted) wanted faults hit a leader") }
            if (Int(lost) ?? 0) > 0 { problems.append("\(lost) roles were never led again") }
            if let first = problems.first { made.outcome = ("error", "inconclusive", first, text(problems)) }
            let failover = summary.statistic("failover_ms", scope: "fault=\(kind)")
            made.output =
                "\(figure("faults_applied")) faults, \(hit) hit a leader, \(figure("fault_roles_taken")) roles taken, "
                + "\(lost) never led again; failover_ms n \(Cell.text(failover?.n)) p50 \(Summary.dash(failover?.p50 ?? "")) "
                + "p99 \(Summary.dash(failover?.p99 ?? "")) max \(Summary.dash(failover?.max ?? ""))"
            return made
        }
    }

    private static let mostLines = 50

    private static func text(_ lines: [String]) -> String {
        let rest = lines.count - mostLines
        return (lines.prefix(mostLines) + (rest > 0 ? ["and \(rest) more"] : [])).joined(separator: "\n")
    }
}
