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
    private let printer: ProgressPrinter
    private let began = Timestamp.now()

    init(plan: RunPlan) {
        self.plan = plan
        printer = ProgressPrinter(shows: plan.shows, live: live, label: plan.label)
    }

    /// What a run stands on, found before anything is made.
    struct Basis: Sendable {
        /// Nil where the user gave servers.
        let server: ServerProgram?
        let warnings: [String]
        /// Where the run can be followed; nil where nobody asked for it.
        let page: LivePage?
    }

    /// How a run ended: with what it measured, or with why it was not carried out, or with both.
    struct End: Sendable {
        let outcome: ReportOutcome
        let failure: Failure?
    }

    /// - Returns: the process's exit code, of the run and of its comparison with a baseline.
    /// - Throws: ``Failure`` where there is nothing to measure, or nothing to compare.
    func run(_ exports: ExportOutcome, against baseline: Baseline? = nil) async throws -> ExitCode {
        let basis = try await prepare()
        try baseline?.requireComparable(plan.description(of: "", started: began, version: basis.server?.version))
        let folder = try RunFolder.make(in: plan.output, name: plan.name, epochNs: Host.wallClockNs())
        try await SignalWatch.during { try await carryOut(on: basis, in: folder, $0) }
        // Everything is on disk: from here on a signal just ends us, and `check` computes the rest.
        let end = try await finish(folder)
        // Of a run that failed before it measured anything there is no result to show.
        if end.failure == nil || end.outcome.hasMeasured { end.outcome.print(exports) }
        var export = Export(end.outcome.report)
        var codes = [end.outcome.exitCode]
        var failure = end.failure
        if failure == nil, let baseline {
            do throws(Failure) {
                let comparison = try await baseline.compare(with: end.outcome.report, in: folder.path)
                comparison.printAfterRun(exports)
                export.baseline = comparison.report
                codes.append(comparison.exitCode)
            } catch {
                failure = error
            }
        }
        let code = exports.write(export, ExitCode.decisive(of: codes))
        await basis.page?.show(end.outcome.report)
        await basis.page?.close("The run is over: \(export.verdict).")
        if let failure { throw failure }
        return code
    }

    /// - Throws: ``Failure`` where no such run can be carried out.
    func prepare() async throws -> Basis {
        // A reader of our output, or of a child's input, may go away before we do.
        signal(SIGPIPE, SIG_IGN)
        // A full file is an error of `write` that has an answer, not a reason to die.
        signal(SIGXFSZ, SIG_IGN)
        let executable = try locateServer()
        let warnings = try preflight()
        let server = try await serverProgram(executable)
        let page = try await openPage()
        if let page { StandardError.line("electbench: follow the run at \(page.url)") }
        return Basis(server: server, warnings: warnings, page: page)
    }

    /// Says on standard error which run comes.
    func announce(_ line: String) { printer.log(line) }

    /// - Throws: ``Failure`` where the folder can't be written.
    func carryOut(on basis: Basis, in folder: RunFolder, _ signals: SignalWatch) async throws {
        let history = try HistoryLog(folder.history)
        let run = RunInProgress(plan: plan, folder: folder, history: history, live: live, printer: printer)
        try run.describe(started: began, version: basis.server?.version)
        try folder.write(plan.schedule.text, as: "schedule.txt")
        if let scenario = plan.scenarioText { try folder.write(scenario, as: "scenario.yaml") }
        let endHistory = history.start { [live] reason in
            live.end(.failed("\(reason): free some space, or give another --output"))
        }
        for warning in basis.warnings { run.warn(warning) }
        history.record(.phase, at: began) { $0.name = "servers" }
        await run.carryOut(basis.server, signals) { [printer] in
            await basis.page?.follow(GrowingRun(folder: folder.path)) { printer.line }
        }
        if case .failed(let reason) = live.now.ending { history.record(.failed) { $0.message = reason } }
        history.record(.runEnded) { _ in }
        endHistory()
        printer.end()
    }

    /// Leaves in the folder why no run could be carried out there.
    ///
    /// - Throws: ``Failure`` where the folder can't be written.
    func mark(_ failure: Failure, in folder: RunFolder) throws {
        let history = try HistoryLog(folder.history)
        let run = RunInProgress(plan: plan, folder: folder, history: history, live: live, printer: printer)
        try run.describe(started: began, version: nil)
        let endHistory = history.start { _ in }
        history.record(.failed) { $0.message = failure.line }
        history.record(.runEnded)
        endHistory()
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

    private func openPage() async throws -> LivePage? {
        guard let address = plan.web else { return nil }
        return try await LivePage.open(at: address)
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

    /// Measures what there is.
    ///
    /// - Throws: ``Failure`` where nothing can be measured.
    func finish(_ folder: RunFolder) async throws -> End {
        let ending = live.now.ending
        // Of a run that failed one line says why.
        let isFailed = if case .failed = ending { true } else { false }
        do {
            let outcome = try await ReportOutcome.write(folder.path, complains: !isFailed)
            guard case .failed(let reason) = ending else { return End(outcome: outcome, failure: nil) }
            let place = "what there is of the run is in \(folder.path)"
            return End(outcome: outcome, failure: .notCarriedOut("\(reason); \(place)"))
        } catch let failure as Failure {
            if case .failed(let reason) = ending { throw Failure.notCarriedOut("\(reason) (\(failure.line))") }
            throw failure
        }
    }
}
