import ElectionCore

extension CapacityPlan {
    /// The result for standard output.
    package func text(_ style: TextStyle) -> String { TerminalRenderer.text(page, style: style) }

    var page: Page {
        Page(
            title: "electbench plan · \(size)",
            subtitle: [
                "heartbeat \(Numbers.short(load.heartbeat))",
                "\(Numbers.threeDigits(load.renewalsPerSecond)) renewals a second",
                "\(Numbers.threeDigits(load.deliveriesPerSecond)) deliveries a second",
                "as measured on \(Numbers.count(machine.cores, "core"))",
            ] + (load.lease.map { ["lease \($0)"] } ?? []),
            sections: [costSection, limitSection, reachSection],
            verdict: fits
                ? "fits on this machine, as far as the sweep tells"
                : "does not fit on this machine: \(Self.name(first.kind)) breaks first",
            tone: !fits ? .bad : isExtrapolated ? .doubtful : .good,
            reasons: isExtrapolated ? ["an extrapolation: \(extrapolation)"] : []
        )
    }

    private var size: String { "\(load.instances) instances × \(load.roles) roles, ttl \(Numbers.short(load.ttl))" }

    private var costSection: Page.Section {
        var rows = predictions.map { prediction -> [String] in
            let (scale, unit) = Self.shown(prediction.quantity)
            return [prediction.quantity.title]
                + [prediction.value, prediction.low, prediction.high].map { Numbers.threeDigits($0 * scale) } + [unit]
        }
        let each: [(String, CostQuantity, Double, String)] = [
            ("processor, an instance", .processorInstances, 1, "% of a core"),
            ("memory, an instance", .memoryInstances, 1.0 / 1024, "MB private"),
        ]
        for (title, quantity, scale, unit) in each {
            guard let all = prediction(quantity) else { continue }
            let share = scale / Double(load.instances)
            rows.append(
                [title] + [all.value, all.low, all.high].map { Numbers.threeDigits($0 * share) } + [unit]
            )
        }
        return Page.Section(
            title: "What it will cost",
            note: "steady, without faults; from – to: twice the model's error to both sides",
            table: Page.Table(
                columns: [.word("cost"), .number("value"), .number("from"), .number("to"), .word("unit")],
                rows: rows
            )
        )
    }

    private static func shown(_ quantity: CostQuantity) -> (Double, String) {
        switch quantity {
        case .processorInstances, .processorServers: (0.01, "cores")
        case .memoryInstances, .memoryServers: (1.0 / 1024, "MB private")
        case .operations, .messagesIn, .messagesOut: (1, "a second")
        }
    }

    private var limitSection: Page.Section {
        let hasKnee = limits.contains { $0.kind == .renewals }
        return Page.Section(
            title: "What breaks first",
            facts: limits.map { limit in
                Page.Fact(
                    label: Self.name(limit.kind),
                    value: "\(Numbers.threeDigits(limit.share * 100)) % of \(bound(limit.kind))",
                    tone: limit.share > 1 ? .bad : .plain
                )
            } + [Page.Fact(label: "least ttl", value: leastTTLText)],
            remarks: hasKnee
                ? []
                : [
                    "No cell of the sweep lay beyond the knee: how late renewals come is known up to the largest cell alone."
                ]
        )
    }

    private static func name(_ kind: Limit.Kind) -> String {
        switch kind {
        case .processor: "processor"
        case .memory: "memory"
        case .renewals: "renewals in time"
        }
    }

    private func bound(_ kind: Limit.Kind) -> String {
        switch kind {
        case .processor: Numbers.count(machine.cores, "core")
        case .memory: "\(machine.memoryKb / 1024) MB"
        case .renewals: "the processor time that the first cell beyond the knee asks for"
        }
    }

    private var leastTTLText: String {
        let share = Numbers.threeDigits(load.heartbeat / load.ttl)
        guard let leastTTL else {
            return
                "none up to \(Numbers.short(Self.ladder[Self.ladder.count - 1])) fits, with a heartbeat of \(share) ttl"
        }
        let isSafe = load.ttl >= leastTTL && fits
        let measured = measuredTTLs.contains(leastTTL) ? "" : ", which is not among those measured"
        return "\(Numbers.short(leastTTL)) with a heartbeat of \(share) ttl\(measured)"
            + (isSafe ? "; \(Numbers.short(load.ttl)) is safe" : "; \(Numbers.short(load.ttl)) is not safe")
    }

    private var reachSection: Page.Section {
        Page.Section(
            title: "How far beyond the measurements",
            remarks: [isExtrapolated ? "An extrapolation: \(extrapolation)." : "Within the measured grid."]
        )
    }

    /// `5 × the instances and 10 × the roles of the largest fine cells`.
    package var extrapolation: String {
        let above = reach.filter { $0.factor > 1 }
            .map { "\(Numbers.threeDigits($0.factor)) × \($0.name)" }
        let shortest = Numbers.short(measuredTTLs.lowerBound)
        let longest = Numbers.short(measuredTTLs.upperBound)
        let range = shortest == longest ? shortest : "\(shortest) to \(longest)"
        let ttl = measuredTTLs.contains(load.ttl) ? [] : ["a ttl outside of the measured \(range)"]
        let sizes = above.isEmpty ? [] : [above.joined(separator: ", ") + " of the largest fine cells"]
        return (sizes + ttl).joined(separator: ", and ")
    }
}
