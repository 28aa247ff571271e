import Glibc
import NIOCore
import NIOHTTP1
import NIOPosix

/// Serves a site over HTTP from one thread of its own.
final class WebServer: Sendable {
    static let eventsPath = "/events"

    private let group: MultiThreadedEventLoopGroup
    private let channel: any Channel
    private let listeners: WebListeners
    let url: String

    private init(group: MultiThreadedEventLoopGroup, channel: any Channel, listeners: WebListeners, url: String) {
        self.group = group
        self.channel = channel
        self.listeners = listeners
        self.url = url
    }

    /// Listens at the address.
    ///
    /// - Throws: ``Failure`` with exit code 64 where nobody can listen there.
    static func start(at address: WebAddress, _ site: any WebSite) async throws -> WebServer {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let listeners = WebListeners()
        let bootstrap = ServerBootstrap(group: group)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline(withErrorHandling: true)
                    try channel.pipeline.syncOperations.addHandler(WebHandler(site: site, listeners: listeners))
                }
            }
        do {
            let channel = try await bootstrap.bind(host: address.host, port: address.port).get()
            let port = channel.localAddress?.port ?? address.port
            return WebServer(group: group, channel: channel, listeners: listeners, url: address.url(port: port))
        } catch {
            try? await group.shutdownGracefully()
            throw Failure.badArgument(
                "--web: \(address.host) port \(address.port): \(Self.reason(error)); give another"
            )
        }
    }

    /// How many listen to the events.
    var listening: Int { listeners.count }

    func send(_ event: WebEvent) { listeners.send(event) }

    /// Ends all connections.
    func stop() async {
        try? await channel.close()
        try? await group.shutdownGracefully()
    }

    private static func reason(_ error: any Error) -> String {
        (error as? IOError).map { String(cString: strerror($0.errnoCode)) } ?? "\(error)"
    }
}
