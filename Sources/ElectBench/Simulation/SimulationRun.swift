import ArgumentParser
import Chaos
import ElectionCore
import Glibc
import Measurement
import Simulation
import SystemPackage

/// Carries a run's plan out in virtual time, and has its history measured.
struct SimulationRun: Sendable {
    let plan: RunPlan
    let model: ModelFile
    let drift: Int
    let isQuiet: Bool
    /// What repeats it.
    let words: [String]

    /// Where virtual time begins on the history's clock, and the wall clock's then: nothing of this machine is in a history.
    private static let start: Int64 = 1_000_000_000
    private static let epochNs: Int64 = 946_684_800_000_000_000

    /// - Returns: the process's exit code.
    /// - Throws: ``Failure``.
    func carryOut(_ exports: ExportOutcome) async throws -> ExitCode {
        let world = try plan.world(model.model, drift: drift)
        let folder = try RunFolder.make(in: plan.output, name: plan.name, epochNs: Host.wallClockNs())
        try folder.write(plan.schedule.text, as: "schedule.txt")
        try folder.write(String(decoding: model.json, as: UTF8.self), as: "model.json")
        if let scenario = plan.scenarioText { try folder.write(scenario, as: "scenario.yaml") }
        // Whoever kills it has what was written until then.
        try folder.write(description(of: folder.id, started: Self.start))
        let began = Timestamp.now()
        let course = plan.course(serverVersion: model.serverVersion)
        let control = RunControl()
        let computation = Computation(
            isQuiet: isQuiet,
            progress: { Self.speed(control.progress, since: began) },
            interrupt: { control.interrupt() },
            onKill: "; \(folder.path) holds what was written until now"
        )
        let run = try await computation.carryOut {
            Result { try Self.compute(world, course, control, into: folder.history) }
        }.value.get()
        try folder.write(description(of: folder.id, started: Self.start + (run.startedAt ?? 0)))
        if !isQuiet { StandardError.line("\(run.events) events, " + Self.speed(run.virtualTime, since: began)) }
        let outcome = try await ReportOutcome.write(folder.path)
        outcome.print(exports)
        let code = exports.write(Export(outcome.report), ExitCode.decisive(of: [outcome.exitCode]))
        if let failure = run.failure { throw Failure.notCarriedOut("\(failure); what there is is in \(folder.path)") }
        return code
    }

    /// What is left of the run.
    private struct End {
        let events: Int
        let virtualTime: Int64
        let startedAt: Int64?
        let failure: String?
    }

    private static func compute(
        _ world: WorldPlan,
        _ course: SimulatedRun.Course,
        _ control: RunControl,
        into history: FilePath
    ) throws -> End {
        let file = try HistorySink(history)
        let scribe = HistoryScribe(plan: world, start: start) { file.append($0) }
        let run = SimulatedRun(plan: world, course: course, scribe: scribe, control: control)
        run.carryOut()
        try file.close()
        return End(
            events: run.eventCount,
            virtualTime: run.virtualTime,
            startedAt: run.startedAt,
            failure: run.failure
        )
    }

    private static func speed(_ virtualTime: Int64, since began: Timestamp) -> String {
        let spent = Double((Timestamp.now() - began).nanoseconds) / 1e9
        let virtual = Double(virtualTime) / 1e9
        return "\(Int(virtual)) s of virtual time in \(Int(spent * 1000)) ms: "
            + "\(Int(virtual / max(spent, 0.001))) times as fast as real time"
    }

    private func description(of id: String, started: Int64) -> RunDescription {
        var settings = plan.settings
        settings.server = "simulated"
        settings.model = model.name
        settings.driftPpm = drift
        return RunDescription(
            runID: id,
            name: plan.name,
            seed: plan.seed,
            startedAtNs: Self.epochNs + started - Self.start,
            started: Timestamp(nanoseconds: started),
            version: ElectBench.version,
            command: words,
            repeatCommand: words,
            settings: settings,
            serverVersions: [model.serverVersion],
            kernel: model.kernel,
            cores: model.cores,
            memoryKb: model.memoryKb
        )
    }
}

/// A history's file, written in large pieces.
final class HistorySink {
    private let descriptor: Int32
    private var bytes: [UInt8] = []
    private var writer: HistoryWriter
    private var failure: MeasurementError?
    private static let piece = 1 << 20

    /// - Throws: ``Failure`` with exit code 64 where it can't be made.
    init(_ path: FilePath) throws {
        descriptor = open(path.string, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw ResultFolder.unwritable(path) }
        writer = HistoryWriter(descriptor: descriptor)
    }

    func append(_ entry: HistoryEntry) {
        bytes.append(contentsOf: entry.line)
        if bytes.count >= Self.piece { flush() }
    }

    /// - Throws: ``Failure`` with exit code 3 where not all could be written.
    func close() throws {
        flush()
        Glibc.close(descriptor)
        if let failure { throw Failure.notCarriedOut("\(failure): free some space, or give another --output") }
    }

    private func flush() {
        guard failure == nil else { return }
        do throws(MeasurementError) {
            try writer.append(bytes)
        } catch {
            failure = error
        }
        bytes.removeAll(keepingCapacity: true)
    }
}
