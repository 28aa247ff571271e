import ElectionCore

/// A cell of a sweep's grid: what it was, how it went, and its figures.
package struct CapacityCell: Codable, Hashable, Sendable {
    package var label: String
    package var load: Load
    package var health: CapacityHealth
    /// Nil where there is no history to measure.
    package var figures: CapacityFigures?

    package init(_ cell: SweepDescription.Cell, _ health: CapacityHealth, _ figures: CapacityFigures? = nil) {
        label = cell.label
        load = cell.load
        self.health = health
        self.figures = figures
    }

    /// - Parameter report: nil where its folder holds nothing that can be measured.
    package init(_ cell: SweepDescription.Cell, _ report: RunReport?) {
        let analysis = report?.summary.analysis
        let isWhole = analysis.map { $0.hasEnded && !$0.isInterrupted && !$0.history.isCutOff } ?? false
        let health = isWhole ? report.map { CapacityHealth($0.summary, cell.load) } : nil
        self.init(cell, health ?? CapacityHealth(.unfinished), report.map(CapacityFigures.init))
    }

    /// A figure as its run's summary has it; empty where there is none.
    func figure(_ column: String) -> String { figures?.columns[column] ?? "" }

    /// The same as a number.
    func number(_ column: String) -> Double? { Double(figure(column)) }
}

/// What a cell's run comes to, without its history: a sweep has many.
package struct CapacityFigures: Codable, Hashable, Sendable {
    package var runID: String
    package var serverVersions: [String]
    package var verdict: String
    package var exitCode: Int32
    package var faultKinds: [String]
    /// The cells of `capacity.csv` by column, each as `summary.csv` of the run has it.
    package var columns: [String: String]

    package init(_ report: RunReport) {
        let summary = report.summary
        runID = summary.analysis.run.runID
        serverVersions = summary.analysis.run.serverVersions
        verdict = report.verdict.rawValue
        exitCode = report.exitCode
        faultKinds = summary.analysis.faultKinds
        let all = CapacityColumn.fixed + faultKinds.flatMap(CapacityColumn.columns)
        columns = Dictionary(all.map { ($0.name, $0.text(summary)) }, uniquingKeysWith: { first, _ in first })
    }
}

/// A figure of a cell: a column of `capacity.csv`, taken from its run's summary.
struct CapacityColumn: Sendable {
    var name: String
    private var measure: String
    private var scope: String
    private var part: @Sendable (Statistic) -> String

    private init(
        _ name: String,
        _ measure: String,
        _ scope: String = "",
        _ part: @escaping @Sendable (Statistic) -> String = { $0.value }
    ) {
        self.name = name
        self.measure = measure
        self.scope = scope
        self.part = part
    }

    func text(_ summary: Summary) -> String { summary.statistic(measure, scope: scope).map(part) ?? "" }

    private static let renew = "operation=renew"

    /// Those that every sweep has.
    static let fixed: [CapacityColumn] = [
        .init("processor_instances_percent", "quiet_processor", "instances"),
        .init("processor_servers_percent", "quiet_processor", "servers"),
        .init("processor_driver_percent", "quiet_processor", "driver"),
        .init("processor_instances_under_faults_percent", "processor", "instances"),
        .init("processor_servers_under_faults_percent", "processor", "servers"),
        .init("resident_instances_kb", "quiet_resident_kb", "instances"),
        .init("private_instances_kb", "quiet_private_kb", "instances"),
        .init("resident_servers_kb", "quiet_resident_kb", "servers"),
        .init("private_servers_kb", "quiet_private_kb", "servers"),
        .init("tasks", "quiet_tasks"),
        .init("threads", "quiet_threads"),
        .init("operations_per_second", "quiet_operations_per_second"),
        .init("messages_in_per_second", "quiet_messages_per_second", "direction=in"),
        .init("messages_out_per_second", "quiet_messages_per_second", "direction=out"),
        .init("bytes_in_per_second", "quiet_bytes_per_second", "direction=in"),
        .init("bytes_out_per_second", "quiet_bytes_per_second", "direction=out"),
        .init("renewals", "operation_us", renew) { Cell.text($0.n) },
        .init("renew_p50_us", "operation_us", renew) { $0.p50 },
        .init("renew_p99_us", "operation_us", renew) { $0.p99 },
        .init("renew_max_us", "operation_us", renew) { $0.max },
        .init("false_failovers", "false_failovers"),
        .init("overlap_ms", "overlap_ms"),
        .init("start_ms", "start_ms"),
        .init("quiet_s", "quiet_s"),
        .init("measured_s", "measured_s"),
    ]

    /// `server_kill_`, of the columns of one kind of fault.
    static func prefix(of kind: String) -> String { kind.replacing("-", with: "_") + "_" }

    /// Those of one kind of fault.
    static func columns(of kind: String) -> [CapacityColumn] {
        let scope = "fault=\(kind)"
        let prefix = prefix(of: kind)
        return [
            .init(prefix + "failovers", "failover_ms", scope) { Cell.text($0.n) },
            .init(prefix + "failover_p50_ms", "failover_ms", scope) { $0.p50 },
            .init(prefix + "failover_p99_ms", "failover_ms", scope) { $0.p99 },
            .init(prefix + "failover_max_ms", "failover_ms", scope) { $0.max },
            .init(prefix + "excess_p50_ms", "excess_ms", scope) { $0.p50 },
            .init(prefix + "excess_p99_ms", "excess_ms", scope) { $0.p99 },
            .init(prefix + "failovers_lost", "failovers_lost", scope),
        ]
    }
}
