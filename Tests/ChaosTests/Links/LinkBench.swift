import ElectionCore
import Glibc
import NIOCore
import NIOPosix

@testable import Chaos

/// The proxy's own links on a real event loop, between sockets of the test's. Its calls block: use it on a thread of its own.
final class LinkBench {
    private let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    private let hub: NIOLoopBound<LinkHub>
    private let echo: TestListener
    private let clear: (near: TestSocket, far: TestSocket)
    let listener: TestListener
    let port: Int

    /// Runs `body` on a thread, with a link of `owners` to a listener.
    static func with(
        owners: [String] = ["instance-1"],
        _ body: @escaping @Sendable (LinkBench) throws -> Void
    ) async throws {
        try await onThread {
            let bench = try LinkBench(owners: owners)
            defer { try? bench.group.syncShutdownGracefully() }
            try body(bench)
        }
    }

    private init(owners: [String]) throws {
        let loop = group.next()
        hub = try loop.submit { NIOLoopBound(LinkHub(eventLoop: loop), eventLoop: loop) }.wait()
        listener = try TestListener()
        echo = try TestListener()
        let links = [
            Link(name: "link", owners: owners, target: listener.port),
            Link(name: "clear", owners: ["nobody"], target: echo.port),
        ]
        let hub = hub
        let ports = try Self.ask(.open(links), hub, loop)
        guard case .opened(let ports) = ports, let port = ports["link"], let clearPort = ports["clear"] else {
            throw SocketFailure(call: "open", number: 0)
        }
        self.port = port
        let near = try TestSocket.connect(to: clearPort)
        clear = (near, try echo.accept())
    }

    func impair(_ impairment: LinkImpairment, owner: String = "instance-1") throws {
        guard case .done = try ask(.impair(owner: owner, impairment)) else {
            throw SocketFailure(call: "impair", number: 0)
        }
    }

    func heal(owner: String = "instance-1") throws {
        guard case .done = try ask(.heal(owner: owner)) else { throw SocketFailure(call: "heal", number: 0) }
    }

    func ask(_ action: LinkRequest.Action) throws -> LinkAnswer.Outcome { try Self.ask(action, hub, group.next()) }

    /// A link to a port where nobody listens.
    func linkToNobody() throws -> Int {
        let port = try TestListener().port
        guard case .opened(let ports) = try ask(.open([Link(name: "dead", owners: ["instance-1"], target: port)]))
        else {
            throw SocketFailure(call: "open", number: 0)
        }
        return ports["dead"] ?? 0
    }

    func connectedPair() throws -> (client: TestSocket, server: TestSocket) {
        let client = try TestSocket.connect(to: port)
        return (client, try listener.accept())
    }

    /// Waits until the proxy holds no connection but our own clear one.
    func untilNoneIsLeft() throws {
        let hub = hub
        while try group.next().submit({ hub.value.connectionCount }).wait() > 1 { try settle() }
    }

    /// Returns once the proxy has dealt with all that was sent before: what it did not pass by then, it holds back.
    ///
    /// The proxy has one event loop, and what was sent before a byte on another link was there before it.
    func settle() throws {
        for _ in 0..<3 {
            try clear.near.send("x")
            _ = clear.far.receive(1)
            try clear.far.send("y")
            _ = clear.near.receive(1)
        }
    }

    private static func ask(
        _ action: LinkRequest.Action,
        _ hub: NIOLoopBound<LinkHub>,
        _ loop: any EventLoop
    ) throws -> LinkAnswer.Outcome {
        let promise = loop.makePromise(of: LinkAnswer.Outcome.self)
        loop.execute { hub.value.handle(LinkRequest(id: 1, action: action)) { promise.succeed($0.outcome) } }
        return try promise.futureResult.wait()
    }
}

/// Runs what blocks on a thread of its own: the cooperative pool has two.
func onThread(_ body: @escaping @Sendable () throws -> Void) async throws {
    try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
        WorkerThread { continuation.resume(with: Result { try body() }) }.detach()
    }
}

/// Bytes that are different everywhere.
func noise(_ count: Int, seed: UInt64 = 1) -> [UInt8] {
    var random = SplitMix64(seed: seed)
    return [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
        let bytes = UnsafeMutableRawBufferPointer(buffer)
        for offset in stride(from: 0, to: count & ~7, by: 8) {
            bytes.storeBytes(of: random.next(), toByteOffset: offset, as: UInt64.self)
        }
        for offset in (count & ~7)..<count { bytes[offset] = UInt8(truncatingIfNeeded: random.next()) }
        initialized = count
    }
}
