import Glibc
import NIOCore
import NIOPosix

/// What the binary's hidden subcommand `links` does: it carries the connections between instances and servers.
///
/// Requests come on standard input, one JSON object a line, answers go to standard output; it ends with its input. All
/// connections share one event loop, so that a request is done on all of them at one instant.
package enum LinkProxyProgram {
    static let subcommand = "links"

    /// - Throws: ``ChaosError`` with code `linksFailed`.
    package static func run() async throws(ChaosError) {
        allowManyDescriptors()
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        do {
            let control = try await NIOPipeBootstrap(group: group)
                .channelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        let handler = LinkControlHandler(hub: LinkHub(eventLoop: channel.eventLoop))
                        try channel.pipeline.syncOperations.addHandler(handler)
                    }
                }
                .takingOwnershipOfDescriptors(input: STDIN_FILENO, output: STDOUT_FILENO)
                .get()
            try await control.closeFuture.get()
        } catch {
            throw ChaosError(.linksFailed, cause: error, context: "the links' requests cannot be read")
        }
        // The process ends now, and its connections with it.
    }

    /// Two for each connection: the soft limit is often 1024.
    private static func allowManyDescriptors() {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
        limit.rlim_cur = limit.rlim_max
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }
}

/// Reads requests and writes answers.
private final class LinkControlHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let hub: LinkHub
    private var splitter = LineSplitter()

    init(hub: LinkHub) {
        self.hub = hub
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var lines: [[UInt8]] = []
        splitter.append(unwrapInboundIn(data).readableBytesView) { lines.append($0) }
        for line in lines {
            do {
                let request = try LinkMessage.parse(line, as: LinkRequest.self)
                hub.handle(request) { self.write($0, context) }
            } catch {
                // Only the driver writes here: who can't be understood can't be answered either.
                context.fireErrorCaught(error)
                context.close(promise: nil)
            }
        }
    }

    private func write(_ answer: LinkAnswer, _ context: ChannelHandlerContext) {
        do {
            context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: try LinkMessage.line(answer))), promise: nil)
        } catch {
            context.close(promise: nil)
        }
    }
}
