import ArgumentParser
import Chaos
import ElectionCore
import Glibc
import Measurement
import NATSStore
import SystemPackage

/// Carries a run out: servers, instances, faults, an orderly end; then has its history measured.
final class Driver: Sendable {
    let plan: RunPlan
    let live = LiveState()
    private let began = Timestamp.now()

    init(plan: RunPlan) {
        self.plan = plan
    }

    /// - Returns: the process's exit code.
    /// - Throws: ``Failure`` where there is nothing to measure.
    func run() async throws -> ExitCode {
        // A reader of our output, or of a child's input, may go away before we do.
        signal(SIGPIPE, SIG_IGN)
        // A full file is an error of `write` that has an answer, not a reason to die.
        signal(SIGXFSZ, SIG_IGN)
        let printer = ProgressPrinter(shows: plan.shows, live: live)
        let executable = try locateServer()
        let warnings = try preflight()
        let server = try await serverProgram(executable)
        let folder = try RunFolder.make(in: plan.output, name: plan.name, epochNs: Host.wallClockNs())
        let history = try HistoryLog(folder.history)
        let run = RunInProgress(plan: plan, folder: folder, history: history, live: live, printer: printer)
        try run.describe(started: began, version: server?.version)
        try folder.write(plan.schedule.text, as: "schedule.txt")
        if let scenario = plan.scenarioText { try folder.write(scenario, as: "scenario.yaml") }
        let endHistory = history.start { [live] reason in
            live.end(.failed("\(reason): free some space, or give another --output"))
        }
        for warning in warnings { run.warn(warning) }
        history.record(.phase, at: began) { $0.name = "servers" }
        await run.carryOut(server)
        if case .failed(let reason) = live.now.ending { history.record(.failed) { $0.message = reason } }
        history.record(.runEnded) { _ in }
        endHistory()
        return try finish(folder, printer)
    }

    private func locateServer() throws -> FilePath? {
        if plan.userServer != nil { return nil }
        do throws(ChaosError) {
            return try NATSServer.find(named: plan.natsServer)
        } catch {
            throw Failure.notCarriedOut("\(error)")
        }
    }

    private func serverProgram(_ executable: FilePath?) async throws -> ServerProgram? {
        guard let executable else { return nil }
        do throws(ChaosError) {
            let version = try await NATSServer.version(of: executable)
            return ServerProgram(path: executable, version: version.description)
        } catch {
            throw Failure.notCarriedOut("\(error)")
        }
    }

    private func preflight() throws -> [String] {
        var warnings: [String] = []
        for finding in Preflight.findings(instances: plan.instances.count, servers: plan.servers.count) {
            switch finding {
            case .fatal(let line): throw Failure.notCarriedOut(line)
            case .warning(let line): warnings.append(line)
            }
        }
        return warnings
    }

    /// Measures what there is, prints it, and decides.
    private func finish(_ folder: RunFolder, _ printer: ProgressPrinter) throws -> ExitCode {
        printer.end()
        // Everything is on disk: from here on a signal just ends us, and `check` computes the rest.
        for number in [SIGINT, SIGTERM] { signal(number, SIG_DFL) }
        let ending = live.now.ending
        let outcome: ReportOutcome
        do {
            outcome = try ReportOutcome.write(folder.path)
        } catch let failure as Failure {
            if case .failed(let reason) = ending { throw Failure.notCarriedOut("\(reason) (\(failure.line))") }
            throw failure
        }
        if case .failed(let reason) = ending {
            // Of a run that failed before it measured anything there is no result to show.
            if outcome.hasMeasured { outcome.print() }
            throw Failure.notCarriedOut("\(reason); what there is of the run is in \(folder.path)")
        }
        outcome.print()
        return outcome.exitCode
    }
}
