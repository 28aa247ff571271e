/// A comparison with a baseline as JSON.
package struct CompareDocument: Codable, Hashable, Sendable {
    package struct Side: Codable, Hashable, Sendable {
        package var runs: [String]
        package var version: String
        package var verdicts: [String]
    }

    package struct Row: Codable, Hashable, Sendable {
        package var measure: String
        package var scope: String
        package var figure: String
        package var unit: String
        package var better: ComparedMeasure.Better
        package var gated: Bool
        package var base: Shift.Figure
        package var new: Shift.Figure
        /// New − base, and where it lies, in the unit.
        package var shift: Double?
        package var interval: Interval?
        /// The same as parts of the base's figure, such as 0.2; absent where that is not above 0.
        package var relativeShift: Double?
        package var relativeInterval: Interval?
        /// The smallest shift that matters, in the unit.
        package var tolerance: Double?
        /// The smallest shift that would have been seen, in the unit.
        package var detectable: Double?
        package var method: Shift.Method?
        package var status: Shift.Status
        package var missing: String?

        private enum CodingKeys: String, CodingKey {
            case measure, scope, figure, unit, better, gated, base, new, shift, interval, tolerance, detectable, method,
                status, missing
            case relativeShift = "relative_shift"
            case relativeInterval = "relative_interval"
        }
    }

    package var base: Side
    package var new: Side
    /// What makes the two incomparable; they were compared nevertheless.
    package var differences: [String]
    /// The confidence level of each interval.
    package var level: Double
    package var draws: Int
    package var verdict: CompareReport.Verdict
    package var exitCode: Int32
    package var reasons: [String]
    package var remarks: [String]
    package var measures: [Row]

    private enum CodingKeys: String, CodingKey {
        case base, new, differences, level, draws, verdict, reasons, remarks, measures
        case exitCode = "exit_code"
    }

    package init(_ report: CompareReport) {
        base = Side(report.base)
        new = Side(report.new)
        differences = report.differences
        level = report.level
        draws = Interval.draws
        verdict = report.verdict
        exitCode = report.exitCode
        reasons = report.reasons
        remarks = report.remarks
        measures = report.shifts.map(Row.init)
    }

    package var json: [UInt8] { jsonText }
}

extension CompareReport {
    /// - Throws: ``MeasurementError`` with code `unwritableFile`.
    package func writeJSON(to path: String) throws(MeasurementError) {
        try SystemFile.replace(path, with: CompareDocument(self).json)
    }

    /// - Throws: ``MeasurementError`` with code `unwritableFile`.
    package func writeMarkdown(to path: String) throws(MeasurementError) {
        try SystemFile.replace(path, with: markdown)
    }
}

extension CompareDocument.Side {
    init(_ side: CompareSide) {
        runs = side.runs.map(\.run.runID)
        version = side.runs[0].run.version
        verdicts = side.runs.map(\.verdict)
    }
}

extension CompareDocument.Row {
    init(_ shift: Shift) {
        measure = shift.measure
        scope = shift.scope
        figure = shift.figure
        unit = shift.unit
        better = shift.better
        gated = shift.isGated
        base = shift.base
        new = shift.new
        self.shift = shift.shift
        interval = shift.interval
        relativeShift = shift.part(shift.shift)
        if let lower = shift.part(shift.interval?.lower), let upper = shift.part(shift.interval?.upper) {
            relativeInterval = Interval(lower: lower, upper: upper)
        }
        tolerance = shift.limit
        detectable = shift.detectable
        method = shift.method
        status = shift.status
        missing = shift.missing
    }
}
