/// Finds the shifts of all measures between two sides.
struct ShiftFinder {
    /// With fewer events a side an interval says nothing.
    static let leastEvents = 8
    /// With fewer runs a side, figures of which a run has one say nothing.
    static let leastRuns = 3
    /// Of larger samples only what decides is drawn anew: each draw goes through all values.
    static let mostForInformation = 5000
    /// How often any difference at all may be seen between two runs of the same build.
    static let falseAlarms = 0.05

    let base: CompareSide
    let new: CompareSide
    let rules: [ToleranceRule]

    /// - Returns: the shifts, those that decide first, and the confidence level of each one's interval.
    func find() -> (shifts: [Shift], level: Double) {
        let candidates = ComparedMeasure.all.flatMap { measure in
            scopes(of: measure).flatMap { find(measure, scope: $0) }
        }
        let tested = candidates.count { $0.isGated && $0.missing == nil }
        // Bonferroni: of all that decide together, not of each, the false alarms are held.
        let level = 1 - Self.falseAlarms / Double(max(1, tested))
        let shifts = candidates.map { $0.shift(level: level) }
        return (shifts.filter(\.isGated) + shifts.filter { !$0.isGated }, level)
    }

    private func scopes(of measure: ComparedMeasure) -> [String] {
        let scopes = base.scopes(of: measure.name)
        return (scopes + new.scopes(of: measure.name).filter { !scopes.contains($0) }).filter { scope in
            measure.scopes?.contains(scope) ?? true || rules.names(measure.name, scope: scope)
        }
    }

    private func find(_ measure: ComparedMeasure, scope: String) -> [Candidate] {
        let sides = (base: rows(measure, scope, base), new: rows(measure, scope, new))
        guard sides.base.isUseful || sides.new.isUseful else { return [] }
        // A simulation has no processors, and no memory of its own: neither was too little measured.
        if base.isSimulated != new.isSimulated, sides.base.rows.isEmpty || sides.new.rows.isEmpty { return [] }
        // Where nothing has to be waited for, the excess is the failover.
        if measure.name == "excess_ms", isFailover(sides.base, scope, base), isFailover(sides.new, scope, new) {
            return []
        }
        let isGated = measure.isGated || rules.names(measure.name, scope: scope)
        let tolerance = rules.tolerance(of: measure.name, scope: scope) ?? measure.tolerance
        func candidate(_ percentile: Percentile?, isGated: Bool) -> Candidate {
            Candidate(measure, scope, tolerance, percentile, isGated: isGated, base: sides.base, new: sides.new)
        }
        guard sides.base.sample != nil || sides.new.sample != nil else { return [candidate(nil, isGated: isGated)] }
        let middle = candidate(.p50, isGated: isGated)
        guard isGated else { return [middle] }
        return [middle] + [candidate(.p99, isGated: false)].filter { $0.missing == nil }
    }

    private func rows(_ measure: ComparedMeasure, _ scope: String, _ side: CompareSide) -> SideRows {
        SideRows(side.rows(measure.name, scope: scope), isIndependent: measure.isIndependent)
    }

    private func isFailover(_ rows: SideRows, _ scope: String, _ side: CompareSide) -> Bool {
        rows.rows.map(\.sample) == side.rows("failover_ms", scope: scope).map(\.sample)
    }
}

/// The rows of one measure on one side, a row a run.
private struct SideRows {
    let rows: [SummaryDocument.Row]
    /// Nil where a run has one figure, or a mean of counts.
    let sample: ClusteredSample?

    init(_ rows: [SummaryDocument.Row], isIndependent: Bool) {
        self.rows = rows
        let events = rows.compactMap { $0.value == nil ? $0.events(isIndependent: isIndependent) : nil }
        sample = events.isEmpty ? nil : ClusteredSample(events)
    }

    var isUseful: Bool { sample != nil || !figures.isEmpty }
    /// Of each run.
    var figures: [Double] { rows.compactMap { $0.value ?? $0.p50 } }

    func figure(_ percentile: Percentile?) -> Shift.Figure {
        guard let percentile else {
            let mean = figures.isEmpty ? nil : figures.reduce(0, +) / Double(figures.count)
            return .init(value: mean, n: figures.count, events: nil, runs: figures.count)
        }
        return .init(
            value: sample?.percentile(percentile),
            n: sample?.count ?? 0,
            events: sample?.events ?? 0,
            runs: rows.count
        )
    }
}

/// A shift before it is known how many others decide beside it.
private struct Candidate {
    let measure: ComparedMeasure
    let scope: String
    let tolerance: Tolerance
    /// Nil where a run has one figure.
    let percentile: Percentile?
    let isGated: Bool
    let base: SideRows
    let new: SideRows

    init(
        _ measure: ComparedMeasure,
        _ scope: String,
        _ tolerance: Tolerance,
        _ percentile: Percentile?,
        isGated: Bool,
        base: SideRows,
        new: SideRows
    ) {
        self.measure = measure
        self.scope = scope
        self.tolerance = tolerance
        self.percentile = percentile
        self.isGated = isGated
        self.base = base
        self.new = new
    }

    /// What there is too little of; nil where there is enough.
    var missing: String? { lack(of: base, "BASE") ?? lack(of: new, "NEW") }

    private func lack(of rows: SideRows, _ side: String) -> String? {
        let figure = rows.figure(percentile)
        guard let percentile else {
            guard figure.runs < ShiftFinder.leastRuns else { return nil }
            return "one figure a run: \(side) has \(figure.runs) of \(ShiftFinder.leastRuns) runs"
        }
        let events = figure.events ?? 0
        let noun = scope.hasPrefix("fault=") ? "faults" : "events"
        if events < ShiftFinder.leastEvents { return "\(side) has \(events) of \(ShiftFinder.leastEvents) \(noun)" }
        if !isGated, figure.n > ShiftFinder.mostForInformation {
            return "\(side) has more than \(ShiftFinder.mostForInformation) values: --tolerance lets it be drawn"
        }
        guard figure.value == nil else { return nil }
        return "\(side) has \(figure.n) of \(percentile.leastSamples) values"
    }

    func shift(level: Double) -> Shift {
        let method: Shift.Method = percentile == nil ? .welch : .bootstrap
        let interval: Interval? =
            if missing != nil {
                nil
            } else if let percentile, let base = base.sample, let new = new.sample {
                .bootstrap(percentile, base: base, new: new, level: level)
            } else {
                .welch(base: base.figures, new: new.figures, level: level)
            }
        return Shift(
            measure: measure.name,
            scope: scope,
            figure: percentile?.name ?? (new.rows + base.rows).figureName,
            unit: (new.rows + base.rows).first?.unit ?? "",
            better: measure.better,
            isGated: isGated,
            base: base.figure(percentile),
            new: new.figure(percentile),
            tolerance: tolerance,
            method: interval == nil ? nil : method,
            interval: interval,
            missing: missing
        )
    }
}

extension [SummaryDocument.Row] {
    fileprivate var figureName: String { contains { $0.value != nil } ? "value" : "p50" }
}
