import ArgumentParser
import Measurement

/// What a run has to reach, as it is typed.
struct ThresholdOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            """
            What the run has to reach, as 'failover_ms{fault=kill}:p(99)<1500'; may be given several times. Where one is \
            crossed the exit code is 99.
            """,
            discussion: """
                Each measure of summary.csv has some of avg, min, med, max, p(N), count, rate and value; the number is in the \
                measure's unit. A percentile of too small a sample is inconclusive.
                """,
            valueName: "expression"
        )
    )
    var threshold: [String] = []

    func validate() throws {
        for text in threshold { _ = try Self.parse(text) }
    }

    var all: [Threshold] { get throws { try threshold.map(Self.parse) } }

    /// - Throws: ``Failure`` with exit code 64 where one names what the run doesn't have.
    func checked(faults: [String], roles: [String]) throws -> [Threshold] {
        let thresholds = try all
        for threshold in thresholds {
            do throws(ThresholdProblem) {
                try threshold.check(faults: faults, roles: roles)
            } catch {
                throw Failure.badArgument(Self.line(threshold.text, error))
            }
        }
        return thresholds
    }

    private static func parse(_ text: String) throws -> Threshold {
        do throws(ThresholdProblem) {
            return try Threshold(text)
        } catch {
            throw ValidationError(line(text, error))
        }
    }

    private static func line(_ text: String, _ problem: ThresholdProblem) -> String {
        switch problem {
        case .missing(let what, let word, let names, let list):
            "--threshold \(text): \(Nearest.missing(what, word, among: names, list))"
        case .other(let line): "--threshold \(text): \(line)"
        }
    }
}
