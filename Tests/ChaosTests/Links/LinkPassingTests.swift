import ElectionCore
import Testing

@testable import Chaos

@Suite(.timeLimit(.minutes(1)))
struct LinkPassingTests {
    @Test func `bytes pass both ways`() async throws {
        try await LinkBench.with { bench in
            let (client, server) = try bench.connectedPair()
            try server.send("INFO")
            #expect(client.receiveText(4) == "INFO")
            try client.send("CONNECT")
            #expect(server.receiveText(7) == "CONNECT")
        }
    }

    @Test func `a slow reader gets all of it, in order`() async throws {
        try await LinkBench.with { bench in
            let (client, server) = try bench.connectedPair()
            let sent = noise(12 << 20)
            let writer = Sender(client, sent)
            // The first bytes are not read until those between are full.
            try bench.settle()
            var received: [UInt8] = []
            while case .bytes(let piece) = server.next(atMost: 3001) { received += piece }
            #expect(received == sent)
            writer.join()
        }
    }

    @Test func `a reader that stands still stops the writer`() async throws {
        try await LinkBench.with { bench in
            let (client, server) = try bench.connectedPair()
            var sent = 0
            var more = client.fill()
            while more > 0 {
                sent += more
                try bench.settle()
                more = client.fill()
            }
            // The kernel's buffers of two connections, and next to nothing in the proxy.
            #expect(sent < 64 << 20)
            #expect(server.receive(sent).count == sent)
        }
    }

    @Test func `an end passes on, and the other direction goes on`() async throws {
        try await LinkBench.with { bench in
            let (client, server) = try bench.connectedPair()
            try client.send("last")
            client.finish()
            #expect(server.receiveText(4) == "last")
            #expect(server.next() == .end)
            try server.send("answer")
            #expect(client.receiveText(6) == "answer")
            server.finish()
            #expect(client.next() == .end)
        }
    }

    @Test(arguments: [true, false]) func `a side that closes closes the other`(byServer: Bool) async throws {
        try await LinkBench.with { bench in
            let (client, server) = try bench.connectedPair()
            let (first, second) = byServer ? (server, client) : (client, server)
            try first.send("last")
            first.close()
            #expect(second.receiveText(4) == "last")
            #expect(second.next() == .end)
        }
    }

    @Test(arguments: [true, false]) func `a side that is reset closes the other`(byServer: Bool) async throws {
        try await LinkBench.with { bench in
            let (client, server) = try bench.connectedPair()
            let (first, second) = byServer ? (server, client) : (client, server)
            // Before that it is refused, as it were.
            try server.send("INFO")
            #expect(client.receiveText(4) == "INFO")
            first.reset()
            #expect(second.next() == .end)
        }
    }

    @Test func `a server that is down refuses at once`() async throws {
        try await LinkBench.with { bench in
            let port = try bench.linkToNobody()
            #expect(try TestSocket.connect(to: port).next() == .reset)
        }
    }

    @Test func `five hundred connections leave nothing behind`() async throws {
        try await LinkBench.with { bench in
            for number in 0..<500 {
                let (client, server) = try bench.connectedPair()
                try client.send("x")
                #expect(server.receiveText(1) == "x")
                switch number % 4 {
                case 0: client.close()
                case 1: server.close()
                case 2: client.reset()
                default: server.reset()
                }
                #expect((number % 2 == 0 ? server : client).next() == .end)
            }
            try bench.untilNoneIsLeft()
        }
    }

    @Test func `connections given up while nothing passed leave nothing behind`() async throws {
        try await LinkBench.with { bench in
            try bench.impair(.blocked)
            for _ in 0..<100 { try TestSocket.connect(to: bench.port).close() }
            for _ in 0..<100 { try TestSocket.connect(to: bench.port).reset() }
            try bench.untilNoneIsLeft()
            try bench.heal()
            try bench.settle()
            #expect(!bench.listener.hasCaller)
        }
    }
}

/// Sends from a thread of its own, then a FIN.
private final class Sender: @unchecked Sendable {
    // Unchecked: the socket is sent to by this thread alone, and a socket can be read and written by two.
    private let socket: TestSocket
    private let thread: WorkerThread

    init(_ socket: TestSocket, _ bytes: [UInt8]) {
        self.socket = socket
        nonisolated(unsafe) let socket = socket
        thread = WorkerThread {
            try? socket.send(bytes)
            socket.finish()
        }
    }

    func join() { thread.join() }
}
