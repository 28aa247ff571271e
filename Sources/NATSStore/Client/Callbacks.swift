import CNATS
import ElectionCore
import Glibc
import Synchronization

/// Counts what libnats may still call, so that `run` returns only after the last callback.
final class LiveContexts: Sendable {
    private let count = Mutex(0)
    private let queue = WaitQueue<Void>()

    func began() { count.withLock { $0 += 1 } }

    func ended() {
        count.withLock { $0 -= 1 }
        queue.post(())
    }

    /// - Returns: false where some are left at the deadline.
    func waitForNone(until deadline: Timestamp) -> Bool {
        while count.withLock({ $0 > 0 }) {
            guard Timestamp.now() < deadline else { return false }
            _ = queue.takeAll(until: deadline)
        }
        return true
    }
}

/// What a connection's callbacks get.
final class ConnectionContext: Sendable {
    let core: StoreCore
    let number: UInt64
    let reading: ReadingThread

    init(core: StoreCore, number: UInt64, patience: Duration) {
        self.core = core
        self.number = number
        reading = ReadingThread(patience: patience)
    }

    func opened() { core.contexts.began() }
}

/// What a subscription's callbacks get.
final class SubscriptionContext: Sendable {
    enum Purpose: Hashable, Sendable {
        case answers
        case watch(generation: UInt64, feed: Int)
        /// Questions who runs under our id, and whether our connection stands.
        case claim
        /// The servers' reports of connections that have ended.
        case disconnects
    }

    let core: StoreCore
    let purpose: Purpose
    fileprivate let spent = SpentMessages()

    init(core: StoreCore, purpose: Purpose) {
        self.core = core
        self.purpose = purpose
    }

    func opened() { core.contexts.began() }
}

// File-scope functions: a closure written in main-actor code would trap on libnats's threads.

func connectionDisconnected(_ connection: OpaquePointer?, _ closure: UnsafeMutableRawPointer?) {
    guard let closure else { return }
    let context = Unmanaged<ConnectionContext>.fromOpaque(closure).takeUnretainedValue()
    context.core.connectionLost(number: context.number)
}

func connectionReconnected(_ connection: OpaquePointer?, _ closure: UnsafeMutableRawPointer?) {
    guard let closure else { return }
    let context = Unmanaged<ConnectionContext>.fromOpaque(closure).takeUnretainedValue()
    context.core.connectionBack(number: context.number)
}

func connectionClosed(_ connection: OpaquePointer?, _ closure: UnsafeMutableRawPointer?) {
    guard let closure else { return }
    let context = Unmanaged<ConnectionContext>.fromOpaque(closure).takeRetainedValue()
    context.core.connectionClosed(number: context.number)
    context.core.contexts.ended()
}

/// - Parameter subscription: not to be touched: libnats does not keep it alive for this call.
func connectionFailed(
    _ connection: OpaquePointer?,
    _ subscription: OpaquePointer?,
    _ status: natsStatus,
    _ closure: UnsafeMutableRawPointer?
) {
    guard let closure else { return }
    let context = Unmanaged<ConnectionContext>.fromOpaque(closure).takeUnretainedValue()
    var detail: UnsafePointer<CChar>?
    natsConnection_GetLastError(connection, &detail)
    let text = detail.map { String(cString: $0) } ?? ""
    let generic = natsStatus_GetText(status).map { String(cString: $0) } ?? ""
    context.core.connectionComplained(
        text.isEmpty ? generic : "\(generic): \(text)",
        droppedMessages: status == NATS_SLOW_CONSUMER
    )
}

func subscriptionCompleted(_ closure: UnsafeMutableRawPointer?) {
    guard let closure else { return }
    let context = Unmanaged<SubscriptionContext>.fromOpaque(closure).takeRetainedValue()
    context.core.contexts.ended()
}

func subscriptionReceived(
    _ connection: OpaquePointer?,
    _ subscription: OpaquePointer?,
    _ message: OpaquePointer?,
    _ closure: UnsafeMutableRawPointer?
) {
    let now = Timestamp.now()
    guard let closure, let message else { return natsMsg_Destroy(message) }
    let context = Unmanaged<SubscriptionContext>.fromOpaque(closure).takeUnretainedValue()
    defer { context.spent.add(message) }
    let received = ReceivedMessage(handle: message)
    switch context.purpose {
    case .answers: context.core.answered(received, now: now)
    case .watch(let generation, let feed):
        _ = context.core.watched(received, generation: generation, feed: feed, now: now)
    case .claim:
        if let reply = received.reply { context.core.questioned(reply: String(decoding: reply, as: UTF8.self)) }
    case .disconnects: context.core.disconnectReported(received.payload, now: now)
    }
}

/// Messages whose callback is over. libnats frees them on a thread of its own, which each destroyed message wakes: so they are
/// destroyed some at a time.
private final class SpentMessages: Sendable {
    private static let most = 32
    // As numbers: a pointer is not Sendable, and these are only ever handed back to libnats.
    private let handles = Mutex<[UInt]>([])

    func add(_ message: OpaquePointer) {
        let full: [UInt] = handles.withLock { handles in
            handles.append(UInt(bitPattern: message))
            guard handles.count >= Self.most else { return [] }
            defer { handles.removeAll(keepingCapacity: true) }
            return handles
        }
        Self.destroy(full)
    }

    deinit {
        Self.destroy(handles.withLock(\.self))
    }

    private static func destroy(_ handles: [UInt]) {
        for handle in handles { natsMsg_Destroy(OpaquePointer(bitPattern: handle)) }
    }
}

/// A message for the span of a callback.
struct ReceivedMessage: ~Copyable {
    private let handle: OpaquePointer

    init(handle: OpaquePointer) {
        self.handle = handle
    }

    var subject: UnsafeRawBufferPointer { Self.bytes(natsMsg_GetSubject(handle)) }

    var reply: UnsafeRawBufferPointer? { natsMsg_GetReply(handle).map { Self.bytes($0) } }

    var payload: UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: natsMsg_GetData(handle), count: Int(natsMsg_GetDataLength(handle)))
    }

    var isNoResponders: Bool { natsMsg_IsNoResponders(handle) }

    func header(_ name: String) -> String? {
        var value: UnsafePointer<CChar>?
        guard natsMsgHeader_Get(handle, name, &value) == NATS_OK, let value else { return nil }
        return String(cString: value)
    }

    private static func bytes(_ text: UnsafePointer<CChar>?) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: text, count: text.map { strlen($0) } ?? 0)
    }
}
