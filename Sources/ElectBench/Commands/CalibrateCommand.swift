import ArgumentParser
import Chaos
import ElectionCore
import Glibc
import Measurement
import SystemPackage

struct CalibrateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "calibrate",
        abstract: "Measures a real store and its instances here into a model for simulate.",
        usage: "electbench calibrate [--model <file>] [<options of run>]",
        discussion: """
            Carries a run out (20 instances and 50 roles for 30s, faults kill and stop, unless told otherwise) and writes down \
            how long round trips, deliveries to watches, timers, callbacks, starts, connections and the news of a lost one took \
            in it, as distributions. simulate --model draws from them.

            Examples:

              electbench calibrate --model model.json
              electbench calibrate --instances 50 --roles 200 --detector connection --model big.json
            """
    )

    @Option(help: "The file that is written.", completion: .file())
    var model = "model.json"

    @Option(help: "Where the run's folder is made.", completion: .directory)
    var output = "results"

    @Argument(parsing: .allUnrecognized, help: ArgumentHelp("Options of run.", visibility: .hidden))
    var others: [String] = []

    func run() async throws {
        let plans = try RunCommand.parse(
            ["--faults", "kill,stop", "--duration", "30s", "--name", "calibrate", "--output", output] + others
        ).plans()
        guard plans.count == 1 else {
            throw Failure.badArgument("a model is of one run, and these are \(plans.count): give one combination")
        }
        try RunCommand.checkProcesses(plans[0].instances.count)
        let parent = FilePath(model).removingLastComponent()
        guard access(parent.isEmpty ? "." : parent.string, W_OK) == 0, access("\(model)/.", F_OK) != 0 else {
            throw Failure.badArgument("--model \(model) can't be written there: name a file in a folder that is there")
        }
        let folder = try await carryOut(plans[0])
        let file = try calibration(of: folder, plans[0]).model(named: FilePath(model).name)
        try ResultFolder.write(String(decoding: file.json, as: UTF8.self), to: FilePath(model))
        StandardOutput.line("Model:  \(model)")
        StandardOutput.line("        not measured, but assumed: \((file.assumed ?? []).joined(separator: ", "))")
        StandardOutput.line("Next:   \(ShellQuoting.line(next(after: plans[0])))")
    }

    /// The same run in virtual time, so that both can be compared, but for the options that say where it really is.
    private func next(after plan: RunPlan) -> [String] {
        let isOwn = !others.contains { $0.hasPrefix("--server") }
        let options = isOwn ? others : []
        func lacks(_ option: String) -> Bool { !options.contains { $0 == option || $0.hasPrefix("\(option)=") } }
        return ["electbench", "simulate", "--model", model] + options
            + (lacks("--faults") ? ["--faults", "kill,stop"] : [])
            + (lacks("--duration") ? ["--duration", Durations.text(plan.schedule.duration)] : [])
            + (lacks("--seed") ? ["--seed", "\(plan.seed)"] : [])
            + (output == "results" ? [] : ["--output", output])
    }

    /// - Returns: the run's folder.
    private func carryOut(_ plan: RunPlan) async throws -> FilePath {
        let driver = Driver(plan: plan)
        let basis = try await driver.prepare()
        let folder = try RunFolder.make(in: plan.output, name: plan.name, epochNs: Host.wallClockNs())
        try await SignalWatch.during { try await driver.carryOut(on: basis, in: folder, $0) }
        let end = try await driver.finish(folder)
        if let failure = end.failure { throw failure }
        StandardOutput.line("Run:    \(folder.path) (\(end.outcome.report.verdict))")
        return folder.path
    }

    private func calibration(of folder: FilePath, _ plan: RunPlan) throws -> Calibration {
        do throws(MeasurementError) {
            let (run, history) = try RunReport.source(folder: folder.string)
            return Calibration(plan: plan, run: run, history: history)
        } catch {
            throw Failure.of(error, folder)
        }
    }
}
