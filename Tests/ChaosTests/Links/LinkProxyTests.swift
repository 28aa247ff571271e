import ElectionCore
import Glibc
import SystemPackage
import Testing

@testable import Chaos

/// With the real process: the product beside the test bundle.
@Suite(.timeLimit(.minutes(1)))
struct LinkProxyTests {
    @Test func `the links' process carries connections, and impairs and heals them`() async throws {
        try await withProxy { proxy in
            let listener = try TestListener()
            let link = Link(name: "link", owners: ["instance-1"], target: listener.port)
            let port = try #require(try await proxy.open([link])["link"])
            let client = try TestSocket.connect(to: port)
            let server = try listener.accept()
            try client.send("PING")
            #expect(server.receiveText(4) == "PING")

            let before = Timestamp.now()
            let delivery = await proxy.impair("instance-1", .reset(.instance))
            #expect(delivery.outcome == .sent)
            #expect(before <= delivery.before && delivery.before <= delivery.after && delivery.after <= .now())
            #expect(client.next() == .reset)
            #expect(!server.hasNews)
            try await proxy.heal("instance-1")
            #expect(server.next() == .end)
        }
    }

    @Test func `many links are opened at once, and asked for at once`() async throws {
        try await withProxy { proxy in
            let listener = try TestListener()
            let links = (0..<100).map { Link(name: "link-\($0)", owners: ["instance-\($0)"], target: listener.port) }
            let ports = try await proxy.open(links)
            #expect(Set(ports.keys) == Set(links.map(\.name)))
            #expect(Set(ports.values).count == 100)
            await withTaskGroup(of: SignalDelivery.Outcome.self) { group in
                for link in links { group.addTask { await proxy.impair(link.owners[0], .blocked).outcome } }
                for await outcome in group { #expect(outcome == .sent) }
            }
        }
    }

    @Test func `two hundred connections leave no descriptor behind`() async throws {
        try await withProxy { proxy in
            let listener = try TestListener()
            let link = Link(name: "link", owners: ["instance-1"], target: listener.port)
            let port = try #require(try await proxy.open([link])["link"])
            let sampler = ProcessSampler(pid: proxy.pid)
            let before = try #require(sampler.sample()?.descriptors)
            for number in 0..<200 {
                let client = try TestSocket.connect(to: port)
                let server = try listener.accept()
                if number == 100 { _ = await proxy.impair("instance-1", .reset(.server)) }
                if number % 2 == 0 { client.close() } else { server.reset() }
            }
            try await proxy.heal("instance-1")
            while let now = sampler.sample()?.descriptors, now > before { await Task.yield() }
            #expect(sampler.sample()?.descriptors == before)
        }
    }

    @Test func `who has no links is not there to be impaired or healed`() async throws {
        try await withProxy { proxy in
            #expect(await proxy.impair("instance-9", .blocked).outcome == .gone)
            let error = await #expect(throws: ChaosError.self) { try await proxy.heal("instance-9") }
            #expect(error?.code == .linksFailed)
        }
    }

    @Test func `a process that dies is told to who runs it and to who asks`() async throws {
        let proxy = try LinkProxy(executable: Self.binary)
        let started = AsyncStream.makeStream(of: Int32.self)
        async let run: Void = proxy.run { started.continuation.yield($0) }
        for await pid in started.stream {
            kill(pid, SIGKILL)
            break
        }
        do {
            try await run
            Issue.record("it did not tell")
        } catch let error as ChaosError {
            #expect(error.code == .linksFailed)
        }
        #expect(await proxy.impair("instance-1", .blocked).outcome == .gone)
        await #expect(throws: ChaosError.self) { try await proxy.open([]) }
    }

    private func withProxy(_ body: @Sendable @escaping (LinkProxy) async throws -> Void) async throws {
        let proxy = try LinkProxy(executable: Self.binary)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await proxy.run() }
            try await body(proxy)
            group.cancelAll()
        }
        let pid = try #require(proxy.pid)
        #expect(!ProcessSampler.isRunning(pid: pid))
    }

    private static let binary: FilePath = {
        var buffer = [CChar](repeating: 0, count: 4096)
        let count = readlink("/proc/self/exe", &buffer, buffer.count)
        let bundle = FilePath(
            String(decoding: buffer.prefix(max(0, count)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
        )
        return bundle.removingLastComponent().appending("electbench")
    }()
}
