/// One side of a comparison with a baseline: a run, or several of one build.
package struct CompareSide: Sendable {
    /// At least one.
    package let runs: [SummaryDocument]

    package init(_ runs: [SummaryDocument]) {
        precondition(!runs.isEmpty, "a side without a run")
        self.runs = runs
    }

    /// - Parameter text: a run's folder or its `summary.json`, or several with commas between them.
    /// - Throws: ``MeasurementError`` with code `unreadableFile` or `invalidRun`.
    package static func read(_ text: String) throws(MeasurementError) -> CompareSide {
        // A name may have a comma of its own.
        let paths = SystemFile.exists(text) ? [text] : text.split(separator: ",").map(String.init)
        var runs: [SummaryDocument] = []
        for path in paths {
            let run = try SummaryDocument.read(path)
            if runs.contains(where: { $0.run.runID == run.run.runID }) {
                throw .init(code: .invalidRun, context: "it names the run \(run.run.runID) twice: a run counts once")
            }
            runs.append(run)
        }
        guard !runs.isEmpty else { throw .init(code: .invalidRun, context: "it names no folder") }
        return CompareSide(runs)
    }

    var isSimulated: Bool { runs.contains { $0.run.settings.model != nil } }
    var isUnsafe: Bool { runs.contains { $0.verdict == Verdict.unsafe.rawValue } }

    func rows(_ measure: String, scope: String) -> [SummaryDocument.Row] {
        runs.compactMap { run in run.statistics.first { $0.measure == measure && $0.scope == scope } }
    }

    /// The scopes of a measure, in the order of the rows.
    func scopes(of measure: String) -> [String] {
        var scopes: [String] = []
        for row in runs.flatMap(\.statistics) where row.measure == measure && !scopes.contains(row.scope) {
            scopes.append(row.scope)
        }
        return scopes
    }

    /// The sum of a count over the runs and their scopes.
    func total(_ measure: String) -> Int {
        let values = runs.flatMap(\.statistics).filter { $0.measure == measure }.compactMap(\.value)
        return values.compactMap { Int(exactly: $0) }.reduce(0) { $0.addingReportingOverflow($1).partialValue }
    }
}

extension SummaryDocument {
    /// Reads a run's folder or a `summary.json`. An older run's folder, which has none, is measured from its history.
    ///
    /// - Throws: ``MeasurementError`` with code `unreadableFile` or `invalidRun`.
    package static func read(_ path: String) throws(MeasurementError) -> SummaryDocument {
        guard SystemFile.exists("\(path)/.") else { return try SummaryDocument(json: SystemFile.read(path)) }
        if SystemFile.exists("\(path)/\(ComparisonDescription.file)") {
            throw .init(code: .invalidRun, context: "it holds several runs side by side: name one of its folders")
        }
        if SystemFile.exists("\(path)/\(file)") {
            return try SummaryDocument(json: SystemFile.read("\(path)/\(file)"))
        }
        return SummaryDocument(try RunReport.read(folder: path).summary)
    }
}

extension SummaryDocument.Row {
    /// The sample by its events; nil where it has none, or does not say what they came of.
    ///
    /// - Parameter isIndependent: each value is an event of its own.
    func events(isIndependent: Bool) -> [[Double]]? {
        guard let sample else { return nil }
        if isIndependent { return sample.map { [$0] } }
        guard let events else { return nil }
        var order: [String: Int] = [:]
        var groups: [[Double]] = []
        for (value, event) in zip(sample, events) {
            if let index = order[event] {
                groups[index].append(value)
            } else {
                order[event] = groups.count
                groups.append([value])
            }
        }
        return groups
    }
}
