import ArgumentParser
import ElectionCore
import Glibc
import Measurement
import NATSStore
import SystemPackage

/// Carries out the cells of a grid that are not done yet, one after the other, and makes the capacity report of all.
struct Sweep: Sendable {
    let grid: SweepGrid
    /// Nil for a new one.
    let resumed: FilePath?

    private var output: FilePath { grid.plans[0].output }

    /// - Returns: the process's exit code.
    /// - Throws: ``Failure`` where it can't be begun, or the reports can't be written.
    func run() async throws -> ExitCode {
        // The smallest shows whether there is a server at all; what is too much for this machine is a finding of its cell.
        _ = try await Driver(plan: grid.plans[0]).prepare()
        let folder =
            try resumed.map { try SweepFolder.resume($0, grid.description) }
            ?? SweepFolder.make(grid.description, in: output)
        if grid.plans[0].warmUp < QuietUse.leastWarmUp {
            StandardError.line(
                "electbench: warning: --warm-up \(Durations.text(grid.plans[0].warmUp)) leaves no quiet part to measure the cost in: "
                    + "there will be no cost model; give \(Durations.text(QuietUse.leastWarmUp)) or more"
            )
        }
        let (cells, isInterrupted) = try await SignalWatch.during { signals in
            (try await carryOut(in: folder, signals), signals.hasFired)
        }
        let outcome = try await SweepOutcome.write(CapacityReport(grid.description, cells), to: folder.path)
        outcome.print()
        if outcome.isUnfinished {
            StandardOutput.line("Resume: electbench sweep --resume \(ShellQuoting.line([folder.path.string]))")
        }
        return ExitCode.decisive(of: [outcome.exitCode] + (isInterrupted ? [.interrupted] : []))
    }

    /// - Returns: all cells; none is begun after a signal.
    private func carryOut(in folder: SweepFolder, _ signals: SignalWatch) async throws -> [CapacityCell] {
        var done: [CapacityCell] = []
        var mayHold = false
        for (index, (plan, cell)) in zip(grid.plans, grid.description.cells).enumerated() {
            let known = try measure(cell, in: folder)
            if known.health.state != .unfinished, known.health.state != .notBegun {
                StandardOutput.line("\(cell.label): kept: \(known.health.state.rawValue)")
                done.append(known)
            } else if signals.hasFired {
                done.append(known)
            } else {
                try folder.setAside(cell.label)
                var plan = plan
                if mayHold { plan.rest = plan.election.rest }
                let driver = Driver(plan: plan)
                driver.announce("cell \(index + 1) of \(grid.plans.count)")
                done.append(try await carryOut(driver, cell, in: folder, signals))
                mayHold = driver.live.now.leavesRecords
            }
        }
        return done
    }

    /// A cell that can't be carried out is marked in its history, and the others still run.
    private func carryOut(
        _ driver: Driver,
        _ cell: SweepDescription.Cell,
        in folder: SweepFolder,
        _ signals: SignalWatch
    ) async throws -> CapacityCell {
        let run = try RunFolder.make(in: folder.path, label: cell.label)
        do {
            let basis = try await driver.prepare()
            try await driver.carryOut(on: basis, in: run, signals)
        } catch let failure as Failure {
            try driver.mark(failure, in: run)
        }
        let measured = try measure(cell, in: folder)
        await PageFile.write(cell, in: folder.path)
        let reason = measured.health.reason
        StandardOutput.line(
            "\(cell.label): \(measured.health.state.rawValue)" + (reason.isEmpty ? "" : ": \(reason.onOneLine)")
        )
        return measured
    }

    private func measure(_ cell: SweepDescription.Cell, in folder: SweepFolder) throws -> CapacityCell {
        do throws(MeasurementError) {
            return try CapacityReport.measure(cell, in: folder.path.string)
        } catch {
            throw Failure.of(error, folder.path)
        }
    }
}

/// A sweep's report, written, and what it comes to.
struct SweepOutcome {
    private let report: CapacityReport
    private let folder: FilePath
    /// Nil where it can't be written.
    private let page: FilePath?

    /// - Throws: ``Failure`` with exit code 3 where the reports can't be written.
    static func write(_ report: CapacityReport, to folder: FilePath) async throws -> SweepOutcome {
        do throws(MeasurementError) {
            try report.write(to: folder.string)
        } catch {
            throw Failure.of(error, folder)
        }
        return SweepOutcome(report: report, folder: folder, page: await PageFile.write(report, to: folder))
    }

    /// Nil where the folder is not a sweep's.
    ///
    /// - Throws: ``Failure``: exit code 64 where its description can't be read, 3 where the reports can't be written.
    static func recompute(_ folder: FilePath) async throws -> SweepOutcome? {
        let report: CapacityReport?
        do throws(MeasurementError) {
            report = try CapacityReport.write(folder: folder.string)
        } catch {
            throw Failure.of(error, folder)
        }
        guard let report else { return nil }
        for cell in report.description.cells { await PageFile.write(cell, in: folder) }
        return SweepOutcome(report: report, folder: folder, page: await PageFile.write(report, to: folder))
    }

    var isUnfinished: Bool { report.isUnfinished }
    var exitCode: ExitCode { ExitCode.decisive(of: report.exitCodes.map { ExitCode($0) }) }

    func print() {
        StandardOutput.line("\n" + report.finalTable(StandardOutput.style))
        StandardOutput.line("Folder: \(folder)")
        if let page { StandardOutput.line("Report: \(page)") }
        StandardOutput.line("Repeat: \(report.description.repeatCommand)")
    }
}
