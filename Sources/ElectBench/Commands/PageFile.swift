import HTMLReport
import Measurement
import SystemPackage

/// Reports as pages for a browser, beside the others in a folder.
enum PageFile {
    /// Writes `report.html`; where something is amiss with it there is a line on standard error.
    ///
    /// - Returns: its path, or nil where it can't be written.
    static func write(_ report: RunReport, to folder: FilePath, complains: Bool = true) async -> FilePath? {
        await write(HTMLReport.page(report), to: folder.appending(HTMLReport.file), complains: complains)
    }

    /// Writes `comparison.html`; where something is amiss with it there is a line on standard error.
    ///
    /// - Returns: its path, or nil where it can't be written, or no run was measured.
    static func write(_ report: ComparisonReport, to folder: FilePath) -> FilePath? {
        guard let page = HTMLReport.page(report) else { return nil }
        return write(page, to: folder.appending(HTMLReport.comparisonFile))
    }

    /// Writes the `report.html` of a sweep's cell, where there is a run to show.
    static func write(_ cell: SweepDescription.Cell, in folder: FilePath) async {
        let path = folder.appending(cell.label)
        if let run = try? RunReport.read(folder: path.string) { _ = await write(run, to: path) }
    }

    /// Writes `capacity.html`; where something is amiss with it there is a line on standard error.
    ///
    /// - Returns: its path, or nil where it can't be written.
    static func write(_ report: CapacityReport, to folder: FilePath) async -> FilePath? {
        await write(HTMLReport.page(report), to: folder.appending(HTMLReport.capacityFile))
    }

    /// Writes `baseline.html`; where something is amiss with it there is a line on standard error.
    ///
    /// - Returns: its path, or nil where it can't be written.
    static func write(_ report: CompareReport, to folder: FilePath) async -> FilePath? {
        await write(HTMLReport.page(report), to: folder.appending(HTMLReport.baselineFile))
    }

    private static func write(_ page: HTMLPage, to path: FilePath, complains: Bool = true) -> FilePath? {
        do throws(MeasurementError) {
            try save(page, to: path)
            return path
        } catch {
            if complains { StandardError.line("electbench: no \(path.name): \(error)".onOneLine) }
            return nil
        }
    }

    /// - Throws: ``MeasurementError`` with code `unwritableFile`.
    static func save(_ page: HTMLPage, to path: FilePath) throws(MeasurementError) {
        for notice in page.notices { StandardError.line("electbench: \(path.name): \(notice)".onOneLine) }
        try RunReport.write(page.bytes, as: path.string)
    }
}
