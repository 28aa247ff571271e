import Chaos
import ElectionCore
import Glibc
import SystemPackage
import Testing

@testable import ElectBench

@Suite("The shipped scenarios")
struct ShippedScenarioTests {
    private static let names = ScenarioFile.shipped.map(\.name)

    @Test("are the files in scenarios/, all of them")
    func files() throws {
        let folder = FilePath(#filePath).removingLastComponent().appending("../../scenarios").lexicallyNormalized()
        let stream = try #require(opendir(folder.string))
        defer { closedir(stream) }
        var files: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name.hasSuffix(".yaml") { files.append(name) }
        }
        #expect(files.sorted() == Self.names.map { $0 + ".yaml" }.sorted())
        for name in Self.names {
            let path = folder.appending(name + ".yaml").string
            #expect(try ScenarioFile.text(of: path) == ScenarioFile.text(of: name))
        }
    }

    @Test("say at their top what they imitate, what to look at and how long they take", arguments: names)
    func comments(name: String) throws {
        let top = try ScenarioFile.text(of: name).split(separator: "\n").prefix { $0.hasPrefix("#") }.joined(
            separator: " "
        )
        for words in ["Imitates", "What to look at", "Takes about"] { #expect(top.contains(words), "\(words)") }
    }

    @Test("are carried out within 1 to 3 minutes, with the same faults for the same seed", arguments: names)
    func plans(name: String) throws {
        let plan = try Typed.plan("--scenario", name, "--seed", "1")
        #expect((Duration.seconds(60)...(.seconds(180))).contains(plan.duration))
        #expect((9...20).contains(plan.instances.count))
        #expect((30...50).contains(plan.roles.count))
        #expect(plan.schedule.dropped < plan.schedule.faults.count / 2)
        #expect(plan.schedule.text == (try Typed.plan("--scenario", name, "--seed", "1").schedule.text))
        #expect(plan.scenarioText == (try ScenarioFile.text(of: name)))
    }

    @Test("rolling-deploy stops each instance twice, one after the other")
    func rollingDeploy() throws {
        let plan = try Typed.plan("--scenario", "rolling-deploy")
        let faults = plan.schedule.faults
        #expect(faults.allSatisfy { $0.kind == .stop && $0.victims.count == 1 })
        #expect(faults.flatMap(\.victims) == plan.instances + plan.instances)
        #expect(!plan.linksNeeded)
    }

    @Test("zone-outage takes a server and a third of the instances at one instant, twice")
    func zoneOutage() throws {
        let plan = try Typed.plan("--scenario", "zone-outage")
        let faults = plan.schedule.faults
        #expect(plan.servers.count == 3 && plan.election.replicas == 3)
        #expect(faults.map(\.kind) == [.kill, .serverKill, .partition, .serverPartition])
        #expect(faults[0].offset == faults[1].offset && faults[2].offset == faults[3].offset)
        #expect(faults[0].victims == Array(plan.instances.prefix(3)) && faults[2].victims == faults[0].victims)
        #expect(faults[1].victims == ["server-1"] && faults[3].victims == ["server-1"])
        // The zone is back, and the cluster has settled, before it is lost again.
        #expect(faults[2].offset - (faults[0].offset + faults[0].duration) > .seconds(20))
    }

    @Test("flaky-network has every kind that it names, whatever the seed", arguments: 1...10)
    func flakyNetwork(seed: Int) throws {
        let plan = try Typed.plan("--scenario", "flaky-network", "--seed", "\(seed)")
        #expect(Set(plan.schedule.faults.map(\.kind)) == [.delay, .slow, .halfOpen, .reset, .partition])
        #expect(plan.schedule.faults.count > 30)
    }

    @Test("store-upgrade restarts the servers in order, then kills the one that leads the stream")
    func storeUpgrade() throws {
        let faults = try Typed.plan("--scenario", "store-upgrade").schedule.faults
        #expect(faults.map(\.kind) == [.serverStop, .serverStop, .serverStop, .streamLeaderKill])
        #expect(faults.prefix(3).flatMap(\.victims) == ["server-1", "server-2", "server-3"])
    }

    @Test("are named where somebody mistypes one, or names none that there is")
    func unknown() throws {
        let near = try #require(try Typed.refusal(["--scenario", "rolling-deplyo"]))
        #expect(near.contains("there is no file \"rolling-deplyo\"; did you mean rolling-deploy? Shipped are"))
        let far = try #require(try Typed.refusal(["run", "--scenario", "list"]))
        for name in Self.names { #expect(far.contains(name)) }
        #expect(try Typed.refusal(["--scenario", "/"])?.contains("--scenario / cannot be read: ") == true)
        #expect(try Typed.refusal(["--scenario"])?.contains("--scenario") == true)
    }
}
