import NIOCore
import NIOPosix

/// One connection through a link: its opener's side, the server's side, and what flows between. Belongs to its event loop.
final class LinkConnection {
    /// waiting ⇄ connecting → connected → over; waiting | connecting → over.
    private enum Phase {
        /// The link is blocked: the server is not to know yet.
        case waiting
        case connecting
        case connected
        case over
    }

    private let link: ProxiedLink
    private let client = LinkSide()
    private let server = LinkSide()
    private let toServer: LinkPump
    private let fromServer: LinkPump
    private var phase = Phase.waiting
    /// Whose impairment cut one side off; the other learns of it when that is healed.
    private var cutOffBy: String?
    /// What was to be done to the server's side while it was being connected.
    private var whenConnected: (() -> Void)?

    init(link: ProxiedLink, seed: UInt64) {
        self.link = link
        toServer = LinkPump(from: client, to: server, eventLoop: link.eventLoop, seed: seed)
        fromServer = LinkPump(from: server, to: client, eventLoop: link.eventLoop, seed: ~seed)
        client.attach(to: self, outgoing: toServer, incoming: fromServer)
        server.attach(to: self, outgoing: fromServer, incoming: toServer)
    }

    /// Makes this the connection behind a channel that was accepted.
    func adopt(_ channel: any Channel) throws {
        try channel.pipeline.syncOperations.addHandler(client)
    }

    // MARK: what its sides do

    func opened(_ side: LinkSide) {
        if side === client { return apply(link.effects) }
        phase = .connected
        if let whenConnected {
            self.whenConnected = nil
            whenConnected()
        }
        toServer.pump()
        fromServer.pump()
    }

    /// A side's channel ended before it was open.
    func neverOpened(_ side: LinkSide) {
        // That of the server tells ``connect()``.
        if side === client { end() }
    }

    /// A side sends no more.
    func finished(_ side: LinkSide) {
        let isAlone = side === client ? phase == .waiting || server.isGone : client.isGone
        // Nobody is there to answer.
        if isAlone { side.close() } else { pump(from: side).sourceEnded(.finished) }
    }

    func gone(_ side: LinkSide) {
        pump(from: side).sourceEnded(.gone)
        pump(from: side === client ? server : client).destinationGone()
        guard client.isGone, server.isGone || phase == .waiting else { return }
        end()
    }

    private func pump(from side: LinkSide) -> LinkPump { side === client ? toServer : fromServer }

    private func end() {
        guard phase != .over else { return }
        phase = .over
        toServer.destinationGone()
        fromServer.destinationGone()
        client.detach()
        server.detach()
        link.remove(self)
    }

    // MARK: what is done to it

    func apply(_ effects: LinkEffects) {
        toServer.change(to: effects.toServer)
        fromServer.change(to: effects.fromServer)
        if phase == .waiting, effects.allowsConnecting { connect() }
    }

    /// Resets a side, or both; the other hears nothing until ``heal(_:)``.
    func reset(_ side: LinkImpairment.ResetSide, by owner: String) {
        cutOff(client: side != .server, server: side != .instance, by: owner) { $0.reset() }
    }

    /// Closes the server's side; the other hears nothing until ``heal(_:)``.
    func dropAtServer(by owner: String) {
        cutOff(client: false, server: true, by: owner) { $0.close() }
    }

    private func cutOff(
        client hitsClient: Bool,
        server hitsServer: Bool,
        by owner: String,
        close: @escaping (LinkSide) -> Void
    ) {
        let hitsClient = hitsClient && !client.isGone
        // A server that has not been called yet has nothing to lose.
        let hitsServer = hitsServer && !server.isGone && (phase == .connecting || phase == .connected)
        guard hitsClient || hitsServer else { return }
        cutOffBy = owner
        // First of both: an end that one learns of must not be passed on.
        if hitsClient { toServer.silence() }
        if hitsServer { fromServer.silence() }
        if hitsClient { close(client) }
        guard hitsServer else { return }
        if phase == .connecting { whenConnected = { [server] in close(server) } } else { close(server) }
    }

    func heal(_ owner: String) {
        guard cutOffBy == owner else { return }
        cutOffBy = nil
        toServer.unsilence()
        fromServer.unsilence()
    }

    private func connect() {
        phase = .connecting
        let server = NIOLoopBound(server, eventLoop: link.eventLoop)
        LinkSockets.client(on: link.eventLoop)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(server.value) }
            }
            .connect(to: link.target)
            .assumeIsolated()
            .whenFailure { _ in self.refused() }
    }

    /// The server is down: the opener is to learn it at once, as without a link.
    private func refused() {
        phase = .waiting
        if client.isGone {
            end()
        } else if link.effects.allowsConnecting {
            client.reset()
        }
    }
}
