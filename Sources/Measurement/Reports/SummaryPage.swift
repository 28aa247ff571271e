import ElectionCore

extension Summary {
    package var page: Page {
        var sections: [Page.Section] = []
        if let sabotage { sections.append(sabotage) }
        sections.append(faultSection)
        let hasFailovers = !analysis.failovers.isEmpty
        if hasFailovers { sections += [failoverSection, stageSection] }
        if !analysis.outages.isEmpty { sections.append(outageSection) }
        sections += [safetySection, distributionSection, costSection, operationSection]
        if !thresholds.isEmpty { sections.append(thresholdSection) }
        if !analysis.warnings.isEmpty { sections.append(Page.Section(title: "Warnings", remarks: analysis.warnings)) }
        let sabotaged = analysis.run.settings.sabotage.map { " · SABOTAGED: \($0)" } ?? ""
        return Page(
            title: "electbench \(analysis.run.version) · \(analysis.run.name)\(sabotaged)",
            subtitle: subtitle,
            sections: sections,
            verdict: verdictLine,
            tone: verdictTone,
            reasons: judgement.reasons
        )
    }

    var subtitle: [String] {
        let settings = analysis.run.settings
        let seconds = Numbers.fixed(analysis.window.span.length / .seconds(1), digits: 1)
        let servers = Set(analysis.run.serverVersions).sorted().joined(separator: ", ")
        let phases = settings.phases?.map { "\($0.name) \(Numbers.short(.nanoseconds($0.durationNs)))" } ?? []
        return [
            Numbers.count(settings.instances, "instance"), Numbers.count(settings.roles.count, "role"),
            "ttl \(Numbers.short(.nanoseconds(settings.ttlNs)))",
            "heartbeat \(Numbers.short(.nanoseconds(settings.heartbeatNs)))", "detector \(settings.detector)",
            "campaign \(settings.campaign)",
        ] + policies + [
            faultsAsked,
            "\(seconds) s measured",
            "\(settings.servers) × \(settings.server == "simulated" ? "simulated " : "")nats-server"
                + (servers.isEmpty ? "" : " " + servers),
            "\(settings.storage), \(Numbers.count(settings.replicas, "replica"))",
            Numbers.count(analysis.run.cores, "core"), "seed \(analysis.run.seed)",
        ] + (settings.scenario.map { ["scenario \($0)"] } ?? [])
            + phases.enumerated().map { "phase \($0.offset + 1) \($0.element)" }
    }

    private var policies: [String] {
        let settings = analysis.run.settings
        let priorities = settings.priorities?.sorted { ($1.value, $0.key) < ($0.value, $1.key) } ?? []
        let named = priorities.map { "\($0.key)=\($0.value)" }
        return (settings.lease.map { ["lease \($0)"] } ?? []) + (settings.balance == true ? ["balance"] : [])
            + (settings.takeover.map { ["takeover \($0)"] } ?? [])
            + (named.isEmpty
                ? [] : [named.count > 4 ? "\(named.count) priorities" : "priority " + named.joined(separator: ", ")])
    }

    /// A long list stands in the table of faults alone.
    private var faultsAsked: String {
        let settings = analysis.run.settings
        let named = settings.faults.map { kind in
            settings.faultWeights?[kind].map { "\(kind)=\($0)" } ?? kind
        }
        switch named.count {
        case 0: return settings.scenario == nil ? "faults none" : "faults of the scenario"
        case ...4: return "faults \(named.joined(separator: ", "))"
        default: return "faults of \(named.count) kinds"
        }
    }

    private var sabotage: Page.Section? {
        guard let sabotage = analysis.run.settings.sabotage else { return nil }
        return Page.Section(
            title: "SABOTAGE",
            facts: [
                Page.Fact(
                    label: sabotage,
                    value: "the instances misbehave on purpose: no figure of this run tells of the election",
                    tone: .bad
                )
            ]
        )
    }

    private var verdictLine: String {
        let suffix =
            judgement.abort != nil
            ? " (aborted: measured as far as it got)"
            : judgement.isInterrupted ? " (interrupted: measured as far as it got)" : ""
        return judgement.verdict.rawValue.uppercased() + suffix
    }

    private var verdictTone: Page.Tone {
        switch judgement.verdict {
        case .pass: judgement.isInterrupted ? .doubtful : .good
        case .inconclusive: .doubtful
        case .unsafe, .crossed: .bad
        }
    }

    package static func dash(_ text: String) -> String { text.isEmpty ? "–" : text }
}
