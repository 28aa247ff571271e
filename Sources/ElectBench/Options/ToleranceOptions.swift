import ArgumentParser
import Measurement

/// When a shift against a baseline matters.
struct ToleranceOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            """
            The smallest shift that matters: of one measure in percent or in its unit, as failover_ms=10% or \
            'gap_ms{cause=stopped}=2', or of all, as 10%; repeatable.
            """,
            discussion: "A measure that is named decides, also where it is otherwise for information.",
            valueName: "rule"
        ),
        transform: Self.parse
    )
    var tolerance: [ToleranceRule] = []

    @Flag(help: "Compare runs that differ in their settings or their machine nevertheless.")
    var force = false

    private static func parse(_ text: String) throws -> ToleranceRule {
        guard let rule = ToleranceRule(text) else {
            throw ValidationError("a tolerance is written as failover_ms=10%, gap_ms=2 or 10%")
        }
        if let unknown = CompareReport.unknown([rule]) {
            let names = ComparedMeasure.all.map(\.name)
            throw ValidationError(
                Nearest.missing(
                    "measure to compare",
                    unknown,
                    among: names,
                    "there are \(names.joined(separator: ", "))"
                )
            )
        }
        return rule
    }
}
