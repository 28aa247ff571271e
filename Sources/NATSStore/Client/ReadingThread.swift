import CNATS
import ElectionCore
import Glibc
import Synchronization

/// Takes answers, and the messages of a watch, on libnats's thread that reads them.
///
/// By itself libnats hands each message over to another thread, which wakes for it. A follower of a thousand roles hears hundreds
/// of renewals a second, and waking up is most of what they cost.
///
/// Of a connection one watch at most is taken so, and only one that has a single consumer. It is asked for only after the watch
/// before was dropped and the server has answered since, so no message of another one is taken for its.
final class ReadingThread: @unchecked Sendable {
    // Unchecked: `pace` is touched by the thread that reads alone; the next one begins after it has ended.
    private var pace: Pace
    /// Whose messages are taken; 0: nobody's.
    private let generation = Atomic<UInt64>(0)

    init(patience: Duration) {
        pace = Pace(patience: patience)
    }

    func takes(generation: UInt64) { self.generation.store(generation, ordering: .releasing) }

    /// - Returns: whether the message was taken.
    fileprivate func take(_ message: OpaquePointer, for core: StoreCore) -> Bool {
        var now = Timestamp.now()
        if let end = pace.rest(before: now) {
            core.attention.rest(until: end)
            now = .now()
        }
        pace.begins(at: now)
        let generation = self.generation.load(ordering: .acquiring)
        let isRoutine = core.take(ReceivedMessage(handle: message), generation: generation, now: now)
        if isRoutine != nil { Self.free(message) }
        pace.ended(isRoutine: isRoutine ?? false, at: .now())
        return isRoutine != nil
    }

    /// Has the connection's messages shown to ``take(_:for:)``, if this libnats can do that.
    ///
    /// - Parameter context: outlives the thread that reads.
    static func attach(_ context: ConnectionContext, to connection: OpaquePointer) -> Bool {
        guard let setFilter else { return false }
        setFilter(connection, messageRead, Unmanaged.passUnretained(context).toOpaque())
        return true
    }

    private typealias Filter =
        @convention(c) (OpaquePointer?, UnsafeMutablePointer<OpaquePointer?>?, UnsafeMutableRawPointer?) -> Void
    private typealias SetFilter = @convention(c) (OpaquePointer, Filter, UnsafeMutableRawPointer?) -> Void

    /// On the thread that made it, which uses its memory for the next one; `natsMsg_Destroy` wakes another one for it.
    private static func free(_ message: OpaquePointer) {
        guard let freeMessage else { return natsMsg_Destroy(message) }
        freeMessage(message)
    }

    private static let freeMessage: (@convention(c) (OpaquePointer) -> Void)? = {
        guard let symbol = dlsym(nil, "natsMsg_free") else { return nil }
        return unsafeBitCast(symbol, to: (@convention(c) (OpaquePointer) -> Void).self)
    }()

    /// In no header. Later versions than these call it also for messages of subscriptions that are gone, when what it is called
    /// with may be, too; with them, messages take the way over the other thread.
    private static let setFilter: SetFilter? = {
        guard (0x03_04_00..<0x03_06_00).contains(nats_GetVersionNumber()),
            let symbol = dlsym(nil, "natsConn_setFilterWithClosure")
        else { return nil }
        return unsafeBitCast(symbol, to: SetFilter.self)
    }()
}

/// Called with each message that is read, before libnats hands it to its subscription; a message that is taken is none any more.
private func messageRead(
    _ connection: OpaquePointer?,
    _ message: UnsafeMutablePointer<OpaquePointer?>?,
    _ closure: UnsafeMutableRawPointer?
) {
    guard let closure, let message, let handle = message.pointee else { return }
    let context = Unmanaged<ConnectionContext>.fromOpaque(closure).takeUnretainedValue()
    if context.reading.take(handle, for: context.core) { message.pointee = nil }
}
