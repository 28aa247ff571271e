import NIOCore
import NIOHTTP1
import Synchronization

/// The connections that listen to events.
final class WebListeners: Sendable {
    private let channels = Mutex<[ObjectIdentifier: any Channel]>([:])

    var count: Int { channels.withLock(\.count) }

    func add(_ channel: any Channel) { channels.withLock { $0[ObjectIdentifier(channel)] = channel } }

    func remove(_ channel: any Channel) { channels.withLock { $0[ObjectIdentifier(channel)] = nil } }

    /// Who reads too slowly misses events: each tells all that there is, so that a later one makes up for it.
    func send(_ event: WebEvent) {
        for channel in channels.withLock({ Array($0.values) }) where channel.isWritable {
            let buffer = channel.allocator.buffer(string: event.text)
            channel.writeAndFlush(HTTPServerResponsePart.body(.byteBuffer(buffer)), promise: nil)
        }
    }
}
