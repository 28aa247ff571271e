/// A build's runs against the baseline's.
package struct CompareReport: Sendable {
    package enum Verdict: String, Hashable, Sendable, Codable {
        case unsafe, worse
        /// Something is better and nothing worse.
        case better
        case noDifference = "no difference seen"
        case tooFew = "too few"

        package var exitCode: Int32 {
            switch self {
            case .unsafe: 1
            case .worse: 99
            case .tooFew: 2
            case .better, .noDifference: 0
            }
        }
    }

    package let base: CompareSide
    package let new: CompareSide
    /// What makes them incomparable: they were compared nevertheless.
    package let differences: [String]
    package let shifts: [Shift]
    /// Of each interval.
    package let level: Double

    /// Rules of measures that neither side has.
    private let idle: [ToleranceRule]

    package init(base: CompareSide, new: CompareSide, rules: [ToleranceRule] = []) {
        self.base = base
        self.new = new
        differences = Comparability.differences(base, new)
        (shifts, level) = ShiftFinder(base: base, new: new, rules: rules).find()
        let shifts = shifts
        idle = rules.filter { rule in
            rule.measure != nil && !shifts.contains { [rule].names($0.measure, scope: $0.scope) }
        }
    }

    package var gated: [Shift] { shifts.filter(\.isGated) }

    package var verdict: Verdict {
        let statuses = gated.map(\.status)
        if new.isUnsafe { return .unsafe }
        if statuses.contains(.worse) { return .worse }
        // The longest failovers of all are missing from the figures: what is left can't be called as good as before.
        if hasLostMore || hasSeenLess || !idle.isEmpty || statuses.allSatisfy({ $0 == .tooFew }) { return .tooFew }
        return statuses.contains(.better) ? .better : .noDifference
    }

    package var exitCode: Int32 { verdict.exitCode }

    /// How many roles were never led again on each side, of failovers and handovers.
    private var lost: (base: Int, new: Int) {
        (
            base.total("failovers_lost") + base.total("handovers_lost"),
            new.total("failovers_lost") + new.total("handovers_lost")
        )
    }
    private var hasLostMore: Bool { lost.new * base.runs.count > lost.base * new.runs.count }

    /// NEW was cut short, or has less than half of BASE's events of something that decides and could have been told of them.
    private var hasSeenLess: Bool {
        new.runs.contains(where: \.interrupted)
            || gated.contains { shift in
                guard shift.status == .tooFew, let before = shift.base.events else { return false }
                return before >= ShiftFinder.leastEvents && 2 * (shift.new.events ?? 0) < before
            }
    }

    /// Why the verdict is what it is, one line each.
    package var reasons: [String] {
        var reasons = new.runs.flatMap { run in run.unsafe.map { "NEW is unsafe: \($0)" } }
        reasons += gated.filter { $0.status == .worse || $0.status == .better }.map(\.line)
        if hasLostMore {
            reasons.append(
                "NEW never led \(Numbers.count(lost.new, "role")) again, BASE \(lost.base): no failover figure has them"
            )
        }
        return reasons
    }

    /// What a reader has to know besides.
    package var remarks: [String] {
        var remarks = differences.map { "compared in spite of \($0)" }
        remarks += idle.map {
            "neither run has figures of \($0.measure ?? "")\($0.scope.map { "{\($0)}" } ?? ""), which --tolerance names"
        }
        if base.isUnsafe { remarks.append("BASE is unsafe itself") }
        for (name, side) in [("BASE", base), ("NEW", new)] {
            for run in side.runs where run.interrupted {
                remarks.append("\(name): the run \(run.run.runID) was interrupted")
            }
            for run in side.runs { remarks += run.inconclusive.map { "\(name) is inconclusive: \($0)" } }
        }
        return remarks
    }

    /// A line on each difference, for a refusal; nil where they can be compared.
    package static func refusal(_ base: CompareSide, _ new: CompareSide) -> String? {
        refusal(Comparability.differences(base, new))
    }

    /// The same for a run that is yet to be carried out.
    package static func refusal(_ base: CompareSide, _ run: RunDescription) -> String? {
        refusal(Comparability.differences(base, run))
    }

    private static func refusal(_ differences: [String]) -> String? {
        guard !differences.isEmpty else { return nil }
        return "not comparable: \(differences.joined(separator: "; ")) (--force compares them nevertheless)"
    }

    /// Names that a tolerance gives and no compared measure has.
    package static func unknown(_ rules: [ToleranceRule]) -> String? {
        rules.compactMap(\.measure).first { name in !ComparedMeasure.all.contains { $0.name == name } }
    }
}

extension Shift {
    /// `worse: failover_ms{fault=kill} p50 851.809 → 1022.4 ms, +20.0 % (12.1 … 28.3 %)`.
    package var line: String {
        "\(status.rawValue): \(name) \(figure) \(text(base.value)) → \(text(new.value)) \(unit), \(change(shift)) "
            + "(\(change(interval?.lower)) … \(change(interval?.upper)))"
    }

    /// As a part of the base's figure where there is one, else in the unit.
    private func change(_ value: Double?) -> String {
        guard let value else { return "–" }
        if let part = part(value) { return Numbers.signed(part * 100, digits: 1) + " %" }
        return "\(Numbers.signed(value, digits: 3)) \(unit)"
    }

    func text(_ value: Double?) -> String { value.map { Numbers.significant($0) } ?? "" }
}

extension Numbers {
    /// With its sign, also a plus.
    static func signed(_ value: Double, digits: Int) -> String {
        let text = fixed(value, digits: digits)
        return text.hasPrefix("-") ? text : "+\(text)"
    }

    /// As it stands in `summary.csv`, without the zeros at its end.
    static func significant(_ value: Double) -> String {
        var text = fixed(value, digits: 6)
        guard text.contains(".") else { return text }
        while text.hasSuffix("0") { text.removeLast() }
        if text.hasSuffix(".") { text.removeLast() }
        return text
    }
}
