import ElectionCore

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// What a sweep comes to: its cells, where the knee is, and what an election costs. A pure function of `sweep.json` and of the
/// cells' histories.
package struct CapacityReport: Sendable {
    package let description: SweepDescription
    /// In the description's order.
    package let cells: [CapacityCell]
    /// One a ttl.
    package let knees: [Knee]
    package let costs: CapacityCosts

    package init(_ description: SweepDescription, _ cells: [CapacityCell]) {
        self.description = description
        self.cells = cells
        knees = description.ttls.map { ttl in
            Knee(
                ttl: ttl,
                cells.filter { $0.load.ttl == ttl }.map { Knee.Point($0.load.instances, $0.load.roles, $0.health) }
            )
        }
        costs = CapacityCosts(cells)
    }

    /// Reads the sweep in a folder and computes each cell's reports anew; writes the cells' files and its own.
    ///
    /// - Returns: nil where it is not the folder of a sweep.
    /// - Throws: ``MeasurementError``.
    package static func write(folder: String) throws(MeasurementError) -> CapacityReport? {
        guard SweepDescription.exists(in: folder) else { return nil }
        let description = try SweepDescription.read(folder: folder)
        var cells: [CapacityCell] = []
        for cell in description.cells { cells.append(try measure(cell, in: folder)) }
        let report = CapacityReport(description, cells)
        try report.write(to: folder)
        return report
    }

    /// The report as it was last written to a folder.
    ///
    /// - Throws: ``MeasurementError`` with code `unreadableFile` or `invalidRun`.
    package static func read(folder: String) throws(MeasurementError) -> CapacityReport {
        let description = try SweepDescription.read(folder: folder)
        let bytes = try SystemFile.read("\(folder)/\(cellsFile)")
        do {
            return CapacityReport(description, try JSONDecoder().decode([CapacityCell].self, from: Data(bytes)))
        } catch {
            throw .init(code: .invalidRun, context: "\(cellsFile) is not a list of cells: \(error)")
        }
    }

    /// What became of a cell, by its folder below the sweep's; its reports are written anew.
    ///
    /// - Throws: ``MeasurementError`` where they can't be written.
    package static func measure(
        _ cell: SweepDescription.Cell,
        in folder: String
    ) throws(MeasurementError) -> CapacityCell {
        let path = "\(folder)/\(cell.label)"
        guard SystemFile.exists(path) else { return CapacityCell(cell, CapacityHealth(.notBegun)) }
        do throws(MeasurementError) {
            return CapacityCell(cell, try RunReport.write(folder: path))
        } catch {
            switch error.code {
            case .unreadableFile, .invalidRun: return CapacityCell(cell, nil)
            default: throw error
            }
        }
    }

    private static let cellsFile = "capacity.json"

    /// Writes `capacity.csv`, `capacity.json` and `capacity.md`, each in one step, in place of an older one.
    ///
    /// - Throws: ``MeasurementError`` with code `unwritableFile`.
    package func write(to folder: String) throws(MeasurementError) {
        try SystemFile.replace("\(folder)/capacity.csv", with: csv)
        try SystemFile.replace("\(folder)/\(Self.cellsFile)", with: cells.jsonText)
        try SystemFile.replace("\(folder)/capacity.md", with: Array(markdown.utf8))
    }

    /// The result for standard output.
    package func finalTable(_ style: TextStyle) -> String { TerminalRenderer.text(page, style: style) }

    private var markdown: String {
        MarkdownRenderer.text(page, origin: ["To repeat it:", "```sh\n\(description.repeatCommand)\n```"])
    }

    /// A row a cell.
    package var csv: [UInt8] {
        let kinds = Set(cells.flatMap { $0.figures?.faultKinds ?? [] }).sorted()
        let columns = (CapacityColumn.fixed + kinds.flatMap(CapacityColumn.columns)).map(\.name)
        let head = [
            "cell", "run_id", "seed", "instances", "roles", "ttl_ms", "heartbeat_ms", "state", "reason", "verdict",
        ]
        var csv = CSV(header: head + columns)
        for cell in cells {
            let load = cell.load
            csv.append(
                [
                    cell.label, cell.figures?.runID ?? "", String(description.seed), String(load.instances),
                    String(load.roles), Numbers.milliseconds(load.ttl), Numbers.milliseconds(load.heartbeat),
                    cell.health.state.rawValue, cell.health.reason, cell.figures?.verdict ?? "",
                ] + columns.map(cell.figure)
            )
        }
        return csv.bytes
    }

    /// Whether a resumed sweep would have something to do.
    package var isUnfinished: Bool { cells.contains { [.unfinished, .notBegun].contains($0.health.state) } }

    /// The codes of the cells that count: what lies beyond the knee, or could not be carried out, is a finding of the sweep and
    /// not its failure, unless two leaders were seen; 3 where no cell could be carried out.
    package var exitCodes: [Int32] {
        if cells.contains(where: { $0.figures?.exitCode == Verdict.unsafe.exitCode }) {
            return [Verdict.unsafe.exitCode]
        }
        let codes = cells.compactMap { cell -> Int32? in
            switch cell.health.state {
            case .fine, .unsafe: cell.figures?.exitCode
            case .unfinished, .notBegun: Verdict.interruptedExitCode
            case .late, .disturbed, .unsettled: 0
            case .failed: nil
            }
        }
        return codes.isEmpty ? [3] : codes
    }
}

/// What the fine cells of a sweep say of costs; what lies beyond the knee does less work than its size asks for.
package struct CapacityCosts: Sendable {
    /// By quantity; none where too few cells measured it.
    package let fits: [CostQuantity: CostFit]
    /// The cells that the fits rest on.
    package let points: [Load]
    package let ttls: [Duration]
    /// Cells beyond the knee.
    package let late: [Load]
    /// The slowest of all fine cells.
    package let renewals: RenewalLatency

    init(_ cells: [CapacityCell]) {
        let fine = cells.filter { $0.health.state == .fine }
        points = fine.map(\.load)
        ttls = Set(points.map(\.ttl)).sorted()
        late = cells.filter(\.health.isBeyond).map(\.load)
        renewals = RenewalLatency(
            p99Us: fine.compactMap { $0.number("renew_p99_us") }.max(),
            longestUs: fine.compactMap { $0.number("renew_max_us") }.max()
        )
        fits = Dictionary(
            uniqueKeysWithValues: CostQuantity.allCases.compactMap { quantity in
                let points = fine.compactMap { cell in
                    cell.number(quantity.rawValue).map {
                        CostFit.Point(label: cell.label, load: cell.load, value: $0)
                    }
                }
                return CostFit(quantity, points).map { (quantity, $0) }
            }
        )
    }

    package init(fits: [CostFit], points: [Load], late: [Load], renewals: RenewalLatency = RenewalLatency()) {
        self.renewals = renewals
        self.fits = Dictionary(uniqueKeysWithValues: fits.map { ($0.model.quantity, $0) })
        self.points = points
        self.late = late
        ttls = Set(points.map(\.ttl)).sorted()
    }
}

/// How long renewals took, from when they were due.
package struct RenewalLatency: Hashable, Sendable {
    package var p99Us: Double?
    package var longestUs: Double?

    package init(p99Us: Double? = nil, longestUs: Double? = nil) {
        self.p99Us = p99Us
        self.longestUs = longestUs
    }

    /// Whether the leases of such a load bear them.
    func fit(_ load: Load) -> Bool {
        guard let allowance = load.allowance else { return false }
        func span(_ us: Double?) -> Duration? { us.map { .nanoseconds(Int64($0 * 1000)) } }
        return CapacityHealth.lateness(p99: span(p99Us), longest: span(longestUs), allowance) == nil
    }
}
