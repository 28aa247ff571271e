import Testing

@testable import Chaos

@Suite(.timeLimit(.minutes(1)))
struct LinkCuttingTests {
    @Test(arguments: [LinkImpairment.ResetSide.instance, .server])
    func `one side gets a reset, the other hears nothing until the link is healed`(
        side: LinkImpairment.ResetSide
    ) async throws {
        try await LinkBench.with { bench in
            let (client, server) = try bench.connectedPair()
            let (victim, other) = side == .instance ? (client, server) : (server, client)
            try bench.impair(.reset(side))
            #expect(victim.next() == .reset)
            try other.send("into the void")
            try bench.settle()
            #expect(!other.hasNews)
            try bench.heal()
            // What it sent meanwhile was never read.
            #expect([.end, .reset].contains(other.next()))
            try bench.untilNoneIsLeft()
        }
    }

    @Test func `a side that sent nothing is closed in order when a reset is healed`() async throws {
        try await LinkBench.with { bench in
            let (client, server) = try bench.connectedPair()
            try bench.impair(.reset(.instance))
            #expect(client.next() == .reset)
            try bench.heal()
            #expect(server.next() == .end)
        }
    }

    @Test func `both sides get a reset`() async throws {
        try await LinkBench.with { bench in
            let (client, server) = try bench.connectedPair()
            try bench.impair(.reset(.both))
            #expect(client.next() == .reset)
            #expect(server.next() == .reset)
            try bench.untilNoneIsLeft()
        }
    }

    @Test func `the server sees a close, and the instance hears nothing until the link is healed`() async throws {
        try await LinkBench.with { bench in
            let (client, server) = try bench.connectedPair()
            try bench.impair(.droppedAtServer)
            #expect(server.next() == .end)
            try client.send("into the void")
            try bench.settle()
            #expect(!client.hasNews)
            try bench.heal()
            #expect([.end, .reset].contains(client.next()))
        }
    }

    @Test(arguments: [LinkImpairment.reset(.instance), .reset(.server), .reset(.both), .droppedAtServer])
    func `a connection made afterwards works`(impairment: LinkImpairment) async throws {
        try await LinkBench.with { bench in
            let old = try bench.connectedPair()
            try bench.impair(impairment)
            let (client, server) = try bench.connectedPair()
            try client.send("PING")
            #expect(server.receiveText(4) == "PING")
            try bench.heal()
            try server.send("PONG")
            #expect(client.receiveText(4) == "PONG")
            _ = old
        }
    }

    @Test func `who gives up on a side that is silent is let go of`() async throws {
        try await LinkBench.with { bench in
            let (client, server) = try bench.connectedPair()
            try bench.impair(.droppedAtServer)
            #expect(server.next() == .end)
            client.close()
            try bench.untilNoneIsLeft()
        }
    }

    @Test func `a reset leaves other impairments as they are`() async throws {
        try await LinkBench.with { bench in
            try bench.impair(.blocked)
            let client = try TestSocket.connect(to: bench.port)
            try bench.settle()
            try bench.impair(.reset(.instance))
            #expect(client.next() == .reset)
            _ = try TestSocket.connect(to: bench.port)
            try bench.settle()
            #expect(!bench.listener.hasCaller)
        }
    }
}
