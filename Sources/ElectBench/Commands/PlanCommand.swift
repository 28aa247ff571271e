import ArgumentParser
import ElectionCore
import Measurement
import SystemPackage

struct PlanCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan",
        abstract: "Says what an election of some size will cost, by the model of a sweep.",
        usage: "electbench plan --instances <n> --roles <n> [<options>]",
        discussion: """
            It also says which ttl is safe, what breaks first, and how far all of that is beyond what was measured.

            Examples:

              electbench plan --instances 200 --roles 2000 --ttl 5s
              electbench plan --instances 200 --roles 2000 --from results/20261127T101500Z-sweep --json
            """
    )

    @Option(help: "How many instances take part.")
    var instances: Int

    @Option(help: "How many roles each of them takes part in.")
    var roles: Int

    @Option(help: "How long a record entitles its writer to lead. (default: 3s)", transform: Durations.parse)
    var ttl: Duration = .seconds(3)

    @Option(help: "How often a leader renews its record; a third of the ttl unless given.", transform: Durations.parse)
    var heartbeat: Duration?

    @Option(help: "The sweep's folder; the newest one under --output unless given.")
    var from: String?

    @Option(help: "Where sweeps are looked for.")
    var output = "results"

    @Flag(help: "Print JSON.")
    var json = false

    func validate() throws {
        guard (1...1_000_000).contains(instances) else {
            throw ValidationError("--instances \(instances): give 1 to 1000000")
        }
        guard (1...100_000_000).contains(roles) else { throw ValidationError("--roles \(roles): give 1 to 100000000") }
    }

    func run() throws {
        let timing: LeaseTiming
        do {
            timing = try LeaseTiming(ttl: ttl, heartbeat: heartbeat ?? Load.heartbeat(of: ttl))
        } catch {
            throw Failure.badArgument("--ttl \(Durations.text(ttl)): \(error)")
        }
        let folder = try from.map { FilePath($0) } ?? newest()
        _ = try SweepFolder.described(folder)
        let report: CapacityReport
        do throws(MeasurementError) {
            report = try CapacityReport.read(folder: folder.string)
        } catch {
            throw Failure.badArgument("\(folder): \(error); electbench check \(folder) makes its reports anew")
        }
        let load = Load(
            instances: instances,
            roles: roles,
            ttl: timing.ttl,
            heartbeat: timing.heartbeat,
            lease: report.description.lease
        )
        let machine = CapacityPlan.Machine(cores: report.description.cores, memoryKb: report.description.memoryKb)
        guard let plan = CapacityPlan(report.costs, load, on: machine) else {
            throw Failure.badArgument(
                "\(folder) has no cost model: it takes at least 3 fine cells, each with a quiet part of 3 s (--warm-up \(Durations.text(QuietUse.leastWarmUp)) or "
                    + "more) and servers of our own; see its capacity.md"
            )
        }
        if json {
            StandardOutput.write(String(decoding: plan.json, as: UTF8.self))
        } else {
            StandardOutput.line(plan.text(StandardOutput.style))
            StandardOutput.line("Sweep: \(folder)")
        }
    }

    /// The one whose name sorts last: names begin with the time.
    private func newest() throws -> FilePath {
        let output = FilePath(output)
        let sweeps = ResultFolder.names(in: output).filter {
            $0 != "latest" && SweepDescription.exists(in: output.appending($0).string)
        }
        guard let name = sweeps.max() else {
            throw Failure.badArgument(
                "there is no sweep in \(output): run electbench sweep first, or name one with --from"
            )
        }
        return output.appending(name)
    }
}
