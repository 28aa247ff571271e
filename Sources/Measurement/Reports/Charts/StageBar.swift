/// A row of `failovers.csv` that stands for a percentile of its kind's `failover_ms`: its stages add up to just that figure,
/// which medians of the stages do not.
package struct StageBar: Hashable, Sendable {
    package var kind: String
    /// `p50`, `p90`, `p99`, `max`.
    package var label: String
    package var failover: Failover

    /// By kind; a percentile that the sample is too small for has none.
    package static func all(_ analysis: Analysis) -> [StageBar] {
        analysis.faultKinds.flatMap { kind -> [StageBar] in
            let rows = analysis.failovers(of: kind)
                .filter { $0.stages != nil }
                .sorted {
                    ($0.stages?.total ?? .zero, $0.fault.id, $0.old.role) < (
                        $1.stages?.total ?? .zero, $1.fault.id, $1.old.role
                    )
                }
            let ranks = Array(rows.indices)
            let percentiles: [(String, Percentile)] = [("p50", .p50), ("p90", .p90), ("p99", .p99)]
            let found = percentiles.compactMap { label, percentile in
                ranks.sortedPercentile(percentile).map { StageBar(kind: kind, label: label, failover: rows[$0]) }
            }
            return found + rows.suffix(1).map { StageBar(kind: kind, label: "max", failover: $0) }
        }
    }
}
