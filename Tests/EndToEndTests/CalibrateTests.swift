import Foundation
import Measurement
import Testing

@Suite("Calibrations")
struct CalibrateTests {
    @Test func `make a model of what a real run took, which a simulation takes`() async throws {
        try await Sandbox.with { sandbox in
            let model = sandbox.folder + "/here.json"
            let size = ["--instances", "3", "--roles", "12", "--heartbeat", "250ms", "--ttl", "1s"]
            let calibrated = try await sandbox.run(
                ["calibrate", "--model", model, "--output", sandbox.output, "--duration", "12s", "--min-faults", "0"]
                    + size
            )
            #expect(calibrated.status == 0, "\(calibrated.output)\(calibrated.errors)")
            #expect(calibrated.output.contains("not measured, but assumed: disconnection, silence, streamElection\n"))
            let real = try sandbox.latest.description()
            #expect(calibrated.output.contains("Next:   electbench simulate --model \(model)"))
            #expect(calibrated.output.contains(" --seed \(real.seed) --output \(sandbox.output)\n"))
            let simulated = try await sandbox.run(
                ["simulate", "--model", model, "--output", sandbox.output, "--duration", "12s", "--quiet"]
                    + ["--min-faults", "0"] + size
            )
            #expect(simulated.status == 0, "\(simulated.output)\(simulated.errors)")
            let settings = try sandbox.latest.description()
            #expect(settings.settings.model == "here.json")
            #expect(settings.serverVersions == real.serverVersions)
            #expect(settings.kernel == real.kernel)
        }
    }

    @Test func `into a folder that is not there are refused before anything is measured`() async throws {
        try await Sandbox.with { sandbox in
            let run = try await sandbox.run(["calibrate", "--model", sandbox.folder + "/nowhere/here.json"])
            run.expectFailure(64, saying: ["--model", "a folder that is there"])
            let folder = try await sandbox.run(["calibrate", "--model", sandbox.folder])
            folder.expectFailure(64, saying: ["--model", "name a file"])
        }
    }

    @Test func `of too short a run say what is missing`() async throws {
        try await Sandbox.with { sandbox in
            let run = try await sandbox.run(
                ["calibrate", "--model", sandbox.folder + "/m.json", "--output", sandbox.output, "--instances", "2"]
                    + ["--roles", "1", "--duration", "3s", "--warm-up", "0s", "--faults", "none", "--quiet"]
            )
            run.expectFailure(3, saying: ["renewals are too few for a model", "--duration"])
        }
    }
}
