import ArgumentParser
import Measurement
import NATSStore
import SystemPackage

/// Carries out a run of each combination on the same schedule, one after the other, and sets them side by side.
struct Comparison: Sendable {
    /// They differ in their combination alone.
    let plans: [RunPlan]

    /// - Returns: the process's exit code.
    /// - Throws: ``Failure`` where no run can be begun, or the reports can't be written.
    func run(_ exports: ExportOutcome) async throws -> ExitCode {
        let first = plans[0]
        let basis = try await Driver(plan: first).prepare()
        let folder = try ResultFolder.make(in: first.output, name: first.name, epochNs: Host.wallClockNs())
        let description = ComparisonDescription(
            name: first.name,
            seed: first.seed,
            runs: plans.map(\.combination.label),
            repeatCommand: first.repeatCommand(of: plans.map(\.combination))
        )
        try ComparisonOutcome.write(description, to: folder)
        let shows = !exports.takesStandardOutput
        let done = await SignalWatch.during { await carryOut(on: basis, in: folder, $0, shows: shows) }
        let rest = plans.dropFirst(done.count)
            .map { ComparisonReport.Run(label: $0.combination.label, state: .notBegun) }
        if shows { for run in rest { StandardOutput.line(run.line) } }
        await basis.page?.close("All runs are over.")
        let outcome = try ComparisonOutcome.write(
            ComparisonReport(description, runs: done.map(\.run) + rest),
            to: folder
        )
        outcome.print(exports)
        let code = ExitCode.decisive(of: done.compactMap(\.failure?.exitCode) + [outcome.exitCode])
        return exports.write(outcome.export, code)
    }

    private typealias Done = (run: ComparisonReport.Run, failure: Failure?)

    /// - Returns: all runs, or those until a signal came.
    private func carryOut(
        on basis: Driver.Basis,
        in folder: FilePath,
        _ signals: SignalWatch,
        shows: Bool
    ) async -> [Done] {
        var done: [Done] = []
        var mayHold = false
        for (index, plan) in plans.enumerated() where !signals.hasFired {
            var plan = plan
            if mayHold { plan.rest = plan.election.rest }
            let driver = Driver(plan: plan)
            driver.announce("run \(index + 1) of \(plans.count)")
            let end = await carryOut(driver, on: basis, in: folder, signals)
            if shows { StandardOutput.line(end.run.line) }
            done.append(end)
            mayHold = driver.live.now.leavesRecords
        }
        return done
    }

    /// - Returns: what it left, and why it was not carried out where it wasn't: the others still run.
    private func carryOut(
        _ driver: Driver,
        on basis: Driver.Basis,
        in folder: FilePath,
        _ signals: SignalWatch
    ) async -> Done {
        let label = driver.plan.combination.label
        var state = ComparisonReport.Run.State.unreadable
        var failure: Failure?
        do {
            let folder = try RunFolder.make(in: folder, label: label)
            try await driver.carryOut(on: basis, in: folder, signals)
            let end = try await driver.finish(folder)
            await basis.page?.show(end.outcome.report)
            state = .measured(end.outcome.report)
            failure = end.failure
        } catch {
            failure = error as? Failure ?? .notCarriedOut("\(error)")
        }
        let run = ComparisonReport.Run(label: label, state: state)
        if let failure { StandardError.line("electbench: \(label): \(failure.line.onOneLine)") }
        return (run, failure)
    }
}
