import Testing

@testable import Chaos

@Suite(.timeLimit(.minutes(1)))
struct LinkBlockingTests {
    @Test func `nothing passes a blocked link, and all of it when it is healed`() async throws {
        try await LinkBench.with { bench in
            let (client, server) = try bench.connectedPair()
            try bench.impair(.blocked)
            try client.send("to server")
            try server.send("from server")
            try bench.settle()
            #expect(!client.hasNews && !server.hasNews)
            try bench.heal()
            #expect(server.receiveText(9) == "to server")
            #expect(client.receiveText(11) == "from server")
        }
    }

    @Test(arguments: LinkImpairment.Direction.allCases)
    func `a link blocked one way passes the other`(direction: LinkImpairment.Direction) async throws {
        try await LinkBench.with { bench in
            let (client, server) = try bench.connectedPair()
            let (sender, receiver) = direction == .toServer ? (client, server) : (server, client)
            try bench.impair(.blockedOneWay(direction))
            try sender.send("held")
            try receiver.send("passes")
            #expect(sender.receiveText(6) == "passes")
            try bench.settle()
            #expect(!receiver.hasNews)
            try bench.heal()
            #expect(receiver.receiveText(4) == "held")
        }
    }

    @Test(arguments: [true, false]) func `nobody learns of a close before a blocked link is healed`(byServer: Bool)
        async throws
    {
        try await LinkBench.with { bench in
            let (client, server) = try bench.connectedPair()
            let (first, second) = byServer ? (server, client) : (client, server)
            try bench.impair(.blocked)
            try first.send("last")
            first.close()
            try bench.settle()
            #expect(!second.hasNews)
            try bench.heal()
            #expect(second.receiveText(4) == "last")
            #expect(second.next() == .end)
        }
    }

    @Test func `nobody learns of a reset before a blocked link is healed`() async throws {
        try await LinkBench.with { bench in
            let (client, server) = try bench.connectedPair()
            try bench.impair(.blocked)
            client.reset()
            try bench.settle()
            #expect(!server.hasNews)
            try bench.heal()
            #expect(server.next() == .end)
        }
    }

    @Test(arguments: [LinkImpairment.blocked, .blockedOneWay(.toServer), .blockedOneWay(.fromServer)])
    func `a new connection is taken, and the server hears of it when the link is healed`(
        impairment: LinkImpairment
    ) async throws {
        try await LinkBench.with { bench in
            try bench.impair(impairment)
            let client = try TestSocket.connect(to: bench.port)
            try client.send("CONNECT")
            try bench.settle()
            #expect(!client.hasNews && !bench.listener.hasCaller)
            try bench.heal()
            let server = try bench.listener.accept()
            #expect(server.receiveText(7) == "CONNECT")
            try server.send("INFO")
            #expect(client.receiveText(4) == "INFO")
        }
    }

    @Test func `a writer into a blocked link is stopped, and all that it got rid of comes whole`() async throws {
        try await LinkBench.with { bench in
            let (client, server) = try bench.connectedPair()
            try bench.impair(.blocked)
            var sent = 0
            var more = client.fill()
            while more > 0 {
                sent += more
                try bench.settle()
                more = client.fill()
            }
            #expect(!server.hasNews)
            try bench.heal()
            #expect(server.receive(sent) == [UInt8](repeating: 7, count: sent))
        }
    }

    @Test func `a link of two owners passes once both are healed`() async throws {
        try await LinkBench.with(owners: ["server-1", "server-2"]) { bench in
            let (client, server) = try bench.connectedPair()
            try bench.impair(.blocked, owner: "server-1")
            try bench.impair(.blockedOneWay(.toServer), owner: "server-2")
            try client.send("held")
            try bench.heal(owner: "server-1")
            try bench.settle()
            #expect(!server.hasNews)
            try bench.heal(owner: "server-2")
            #expect(server.receiveText(4) == "held")
        }
    }

    @Test func `a link of another owner is not touched`() async throws {
        try await LinkBench.with { bench in
            let (client, server) = try bench.connectedPair()
            try bench.impair(.blocked, owner: "nobody")
            try client.send("passes")
            #expect(server.receiveText(6) == "passes")
            #expect(try bench.ask(.impair(owner: "unheard of", .blocked)) == .unknownOwner)
        }
    }
}
