import ElectionCore
import Testing

@testable import Chaos

@Suite(.timeLimit(.minutes(1)))
struct LinkSlowingTests {
    @Test(arguments: LinkImpairment.Direction.allCases)
    func `nothing comes before the latency`(direction: LinkImpairment.Direction) async throws {
        try await LinkBench.with { bench in
            let (client, server) = try bench.connectedPair()
            let (sender, receiver) = direction == .toServer ? (client, server) : (server, client)
            try bench.impair(.delayed(latency: .milliseconds(30), jitter: .milliseconds(10)))
            for _ in 0..<5 {
                let sent = Timestamp.now()
                try sender.send("late")
                #expect(receiver.receiveText(4) == "late")
                #expect(.now() - sent >= .milliseconds(30))
            }
        }
    }

    @Test func `pieces keep their order under jitter, and an end comes last`() async throws {
        try await LinkBench.with { bench in
            let (client, server) = try bench.connectedPair()
            try bench.impair(.delayed(latency: .milliseconds(1), jitter: .milliseconds(5)))
            let bytes = noise(200_000)
            // Pieces of all sizes.
            var rest = bytes[...]
            var count = 1
            while !rest.isEmpty {
                try client.send(Array(rest.prefix(count)))
                rest = rest.dropFirst(count)
                count = count % 1400 + 37
            }
            client.close()
            #expect(server.receive(bytes.count) == bytes)
            #expect(server.next() == .end)
        }
    }

    @Test func `what a latency holds back passes at once when it is healed`() async throws {
        try await LinkBench.with { bench in
            let (client, server) = try bench.connectedPair()
            try bench.impair(.delayed(latency: .seconds(3600), jitter: .zero))
            try client.send("held")
            try bench.settle()
            #expect(!server.hasNews)
            try bench.heal()
            try client.send(", then more")
            #expect(server.receiveText(15) == "held, then more")
        }
    }

    @Test func `a limited link takes its time, and changes nothing`() async throws {
        try await LinkBench.with { bench in
            let (client, server) = try bench.connectedPair()
            try bench.impair(.limited(bytesPerSecond: 1_000_000))
            let bytes = noise(100_000)
            let sent = Timestamp.now()
            try client.send(bytes)
            #expect(server.receive(bytes.count) == bytes)
            #expect(.now() - sent >= .milliseconds(99))
        }
    }

    @Test func `each direction and each connection has the limit for itself`() async throws {
        try await LinkBench.with { bench in
            let first = try bench.connectedPair()
            let second = try bench.connectedPair()
            try bench.impair(.limited(bytesPerSecond: 500))
            // This direction is busy for an hour.
            try first.client.send(noise(1_800_000))
            try first.server.send("back")
            #expect(first.client.receiveText(4) == "back")
            try second.client.send("other")
            #expect(second.server.receiveText(5) == "other")
        }
    }

    @Test func `ten megabytes come whole under latency, limit and a slow reader`() async throws {
        try await LinkBench.with { bench in
            let (client, server) = try bench.connectedPair()
            try bench.impair(.delayed(latency: .milliseconds(2), jitter: .milliseconds(2)))
            try bench.impair(.limited(bytesPerSecond: 40_000_000))
            let bytes = noise(10 << 20)
            nonisolated(unsafe) let writing = client
            let writer = WorkerThread {
                try? writing.send(bytes)
                writing.finish()
            }
            var received: [UInt8] = []
            while case .bytes(let piece) = server.next(atMost: 5003) { received += piece }
            #expect(received == bytes)
            writer.join()
        }
    }

    @Test func `a new connection is slow, too`() async throws {
        try await LinkBench.with { bench in
            try bench.impair(.delayed(latency: .milliseconds(20), jitter: .zero))
            let sent = Timestamp.now()
            let (client, server) = try bench.connectedPair()
            try server.send("INFO")
            #expect(client.receiveText(4) == "INFO")
            #expect(.now() - sent >= .milliseconds(20))
        }
    }
}
