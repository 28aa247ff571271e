import ElectionCore

/// `violations.txt`: for each violation a short account of the events around it.
package struct ViolationReport {
    package static let mostAccounts = 100

    /// What is told of one violation: a sentence with its number, and lines of even columns below it.
    package struct Told: Hashable, Sendable {
        package var headline: String
        package var lines: [String]
    }

    /// Of the first ``mostAccounts``.
    package static func told(_ analysis: Analysis) -> [Told] {
        let violations = Array(analysis.violations.prefix(mostAccounts))
        guard !violations.isEmpty else { return [] }
        let ttl = Duration.nanoseconds(analysis.run.settings.ttlNs)
        let writer = AccountWriter(analysis.history, of: violations, ttl: ttl)
        return violations.enumerated().map { index, violation in
            told(writer.account(of: violation), number: index + 1, analysis)
        }
    }

    static func text(_ analysis: Analysis) -> String {
        let violations = analysis.violations
        var lines = ["Run \(analysis.run.runID): \(Numbers.count(violations.count, "violation"))"]
        guard !violations.isEmpty else { return lines[0] + "\n" }
        let told = told(analysis)
        lines.append("Times are in ms from the violation's beginning; those of store and ledger, when they were read.")
        for account in told { lines += ["", account.headline] + account.lines.map { "   " + $0 } }
        if violations.count > told.count {
            lines += ["", "And \(violations.count - told.count) more: all of them stand in violations.csv."]
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func told(_ account: Account, number: Int, _ analysis: Analysis) -> Told {
        let violation = account.violation
        let start = violation.span.start
        let offset = Numbers.milliseconds(start - analysis.window.start, digits: 6)
        let faults = violation.faults.map(\.name).joined(separator: "; ")
        var lines = [
            "at \(analysis.at(start)), \(offset) ms into the run; faults in force: \(faults.isEmpty ? "none" : faults)"
        ]
        let times = account.lines.map { Numbers.milliseconds($0.at - start, digits: 6) }
        let width = times.map(\.count).max() ?? 0
        let sources = account.lines.map(\.source.count).max() ?? 0
        for (line, time) in zip(account.lines, times) {
            let source = line.source + String(repeating: " ", count: sources - line.source.count)
            lines.append("\(String(repeating: " ", count: width - time.count))\(time)  \(source)  \(line.text)")
        }
        if account.omitted > 0 { lines.append("\(Numbers.count(account.omitted, "event")) in between left out") }
        return Told(headline: "\(number). \(violation.rule.rawValue): \(violation.headline)", lines: lines)
    }
}
