import NIOCore
import NIOPosix

/// One link: a listening port, and the connections that came in there. Belongs to its event loop.
final class ProxiedLink {
    let link: Link
    let target: SocketAddress
    let eventLoop: any EventLoop
    private(set) var effects: LinkEffects
    private var connections: [ObjectIdentifier: LinkConnection] = [:]
    private var lastSeed: UInt64 = 0

    init(_ link: Link, effects: LinkEffects, eventLoop: any EventLoop) throws {
        self.link = link
        self.effects = effects
        self.eventLoop = eventLoop
        target = try SocketAddress.makeAddressResolvingHost(link.host, port: link.target)
    }

    var connectionCount: Int { connections.count }

    /// - Returns: the port that it listens on.
    func listen() -> EventLoopFuture<Int> {
        let link = NIOLoopBound(self, eventLoop: eventLoop)
        return LinkSockets.server(on: eventLoop)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try link.value.accept(channel) }
            }
            .bind(host: "127.0.0.1", port: 0)
            .flatMapThrowing { channel in
                guard let port = channel.localAddress?.port else { throw ChannelError.unknownLocalAddress }
                return port
            }
    }

    func apply(_ effects: LinkEffects) {
        self.effects = effects
        // Each may end, and remove itself, meanwhile.
        for connection in Array(connections.values) { connection.apply(effects) }
    }

    /// Does to its connections what doesn't last.
    func interrupt(_ impairment: LinkImpairment, by owner: String) {
        for connection in Array(connections.values) {
            switch impairment {
            case .reset(let side): connection.reset(side, by: owner)
            case .droppedAtServer: connection.dropAtServer(by: owner)
            case .blocked, .blockedOneWay, .delayed, .limited: break
            }
        }
    }

    func heal(_ owner: String) {
        for connection in Array(connections.values) { connection.heal(owner) }
    }

    func remove(_ connection: LinkConnection) {
        connections[ObjectIdentifier(connection)] = nil
    }

    private func accept(_ channel: any Channel) throws {
        lastSeed += 1
        let connection = LinkConnection(link: self, seed: lastSeed)
        connections[ObjectIdentifier(connection)] = connection
        try connection.adopt(channel)
    }
}
