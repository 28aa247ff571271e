import Glibc
import NIOCore
import NIOPosix

/// One end of a connection through a link: a channel's only handler. Belongs to its event loop.
final class LinkSide: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// absent → open → finished → gone; open → gone.
    private enum State {
        case absent
        case open(ChannelHandlerContext)
        /// It was told that no more comes, or is about to be once what was written is out; it may still send.
        case finished(ChannelHandlerContext)
        case gone
    }

    /// These three refer back to this side, and are let go of with ``detach()``.
    private var connection: LinkConnection?
    private var outgoing: LinkPump?
    private var incoming: LinkPump?
    private var state = State.absent
    /// The first read is never put off: only then does the kernel tell of an end that is to come.
    private var hasRead = false
    private var wantsRead = false

    var isAbsent: Bool { if case .absent = state { true } else { false } }
    var isGone: Bool { if case .gone = state { true } else { false } }
    var hasFinished: Bool { if case .finished = state { true } else { false } }

    /// Whether there is room for more.
    var takesBytes: Bool {
        guard case .open(let context) = state else { return false }
        return context.channel.isWritable
    }

    func attach(to connection: LinkConnection, outgoing: LinkPump, incoming: LinkPump) {
        self.connection = connection
        self.outgoing = outgoing
        self.incoming = incoming
    }

    func detach() {
        connection = nil
        outgoing = nil
        incoming = nil
    }

    // MARK: what is done to it

    func write(_ bytes: ByteBuffer) {
        if case .open(let context) = state { context.write(wrapOutboundOut(bytes), promise: nil) }
    }

    func flush() {
        if case .open(let context) = state { context.flush() }
    }

    /// Tells it how the other side has ended, once all that was written is out.
    func end(_ ending: LinkFlow.Ending) {
        let context: ChannelHandlerContext
        switch state {
        case .open(let open): context = open
        case .finished(let finished): context = finished
        case .absent, .gone: return
        }
        state = .finished(context)
        let drained = context.eventLoop.makePromise(of: Void.self)
        drained.futureResult.assumeIsolated().whenComplete { _ in
            context.close(mode: ending == .finished ? .output : .all, promise: nil)
        }
        context.writeAndFlush(wrapOutboundOut(ByteBuffer()), promise: drained)
    }

    func close() {
        switch state {
        case .open(let context), .finished(let context): context.close(promise: nil)
        case .absent, .gone: break
        }
    }

    /// Closes it so that its peer gets an RST.
    func reset() {
        switch state {
        case .open(let context), .finished(let context):
            // Done when the call returns, for this is the channel's event loop; fails only where it is closed already.
            let socket = context.channel as? any SocketOptionProvider
            _ = socket?.setSoLinger(linger(l_onoff: 1, l_linger: 0))
            context.close(promise: nil)
        case .absent, .gone:
            break
        }
    }

    func readIfWanted() {
        guard wantsRead, outgoing?.takesMore ?? false else { return }
        switch state {
        case .open(let context), .finished(let context):
            wantsRead = false
            context.read()
        case .absent, .gone:
            break
        }
    }

    // MARK: what it does

    func channelActive(context: ChannelHandlerContext) {
        state = .open(context)
        connection?.opened(self)
    }

    func read(context: ChannelHandlerContext) {
        if !hasRead || outgoing?.takesMore ?? false {
            hasRead = true
            context.read()
        } else {
            wantsRead = true
        }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        outgoing?.received(unwrapInboundIn(data))
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        outgoing?.receivedAll()
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        incoming?.pump()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case .inputClosed? = event as? ChannelEvent { connection?.finished(self) }
    }

    func channelInactive(context: ChannelHandlerContext) {
        state = .gone
        connection?.gone(self)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        if isAbsent { connection?.neverOpened(self) }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }
}
