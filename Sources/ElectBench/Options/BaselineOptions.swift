import ArgumentParser

/// What a run is compared with at its end.
struct BaselineOptions: ParsableArguments {
    @Option(
        help: "A run's folder or its summary.json, or several with commas: says at the end whether this run is worse."
    )
    var baseline: String?

    @OptionGroup
    var tolerances: ToleranceOptions

    /// Nil where there is none.
    ///
    /// - Throws: ``Failure`` with exit code 64 where it names no run.
    func read() throws(Failure) -> Baseline? {
        guard let baseline else {
            guard tolerances.tolerance.isEmpty, !tolerances.force else {
                throw Failure.badArgument("--tolerance and --force are for a comparison: give --baseline, too")
            }
            return nil
        }
        return try Baseline(baseline, tolerances)
    }
}
