import CNATS
import ElectionCore

/// Owns one connection of libnats; used on the store's thread only.
final class Connection {
    private let handle: OpaquePointer
    private let context: ConnectionContext
    /// Whether the watch's messages are taken on the thread that reads them.
    private let isRead: Bool

    private init(handle: OpaquePointer, context: ConnectionContext) {
        self.handle = handle
        self.context = context
        isRead = ReadingThread.attach(context, to: handle)
    }

    /// Closes the connection; ``ConnectionContext/closed()`` comes later, from libnats's thread.
    deinit {
        // It waits for the thread that reads.
        context.core.attention.call(for: .seconds(1), at: .now())
        natsConnection_Destroy(handle)
    }

    /// Connects to the first server that takes us.
    ///
    /// - Parameter avoided: the URL of a server to try last.
    /// - Throws: ``StoreError`` with code `cannotConnect`, `authorization`, `tls` or `invalidSettings`.
    static func make(
        _ settings: ConnectionSettings,
        avoiding avoided: String?,
        leaseTTL: Duration,
        context: ConnectionContext
    ) throws(StoreError) -> Connection {
        let options = try ConnectionOptions.make(settings, avoiding: avoided, leaseTTL: leaseTTL)
        // Released by the closed callback, the last that a connection calls.
        let retained = Unmanaged.passRetained(context)
        var handle: OpaquePointer?
        let status = options.withHandle { options in
            natsOptions_SetDisconnectedCB(options, connectionDisconnected, retained.toOpaque())
            natsOptions_SetReconnectedCB(options, connectionReconnected, retained.toOpaque())
            natsOptions_SetClosedCB(options, connectionClosed, retained.toOpaque())
            natsOptions_SetErrorHandler(options, connectionFailed, retained.toOpaque())
            return natsConnection_Connect(&handle, options)
        }
        guard status == NATS_OK, let handle else {
            // A connection that never stood calls nobody.
            retained.release()
            throw Failure(status).connecting(settings)
        }
        context.opened()
        return Connection(handle: handle, context: context)
    }

    var isConnected: Bool { natsConnection_Status(handle) == NATS_CONN_STATUS_CONNECTED }

    /// The id of the server we are connected to; nil while there is none.
    var serverID: String? {
        Self.text { natsConnection_GetConnectedServerId(handle, $0, $1) }
    }

    /// What the server calls the connection that stands at this moment; nil while there is none.
    var id: ConnectionID? {
        guard let server = serverID else { return nil }
        var client: UInt64 = 0
        // Servers before 1.2.0 don't number their clients.
        if natsConnection_GetClientID(handle, &client) != NATS_OK { client = 0 }
        // libnats may have connected to another server in between.
        return serverID == server ? ConnectionID(server: server, client: client) : nil
    }

    /// Whether the server has refused a subject, as its permissions say; it says so before it answers a ``flush(timeout:)``.
    var wasRefusedSubject: Bool {
        var text: UnsafePointer<CChar>?
        return natsConnection_GetLastError(handle, &text) == NATS_NOT_PERMITTED
    }

    var url: String? {
        Self.text { natsConnection_GetConnectedUrl(handle, $0, $1) }
    }

    /// Whose watch's messages are taken on the thread that reads them; nil: nobody's.
    func read(generation: UInt64?) {
        if isRead { context.reading.takes(generation: generation ?? 0) }
    }

    func subscribe(_ subject: String, context: SubscriptionContext) throws(StoreError) -> Subscription {
        try Subscription.make(subject, connection: self, context: context)
    }

    func publish(
        _ subject: String,
        _ payload: [UInt8],
        reply: String?,
        headers: [(name: String, value: String)] = []
    ) -> Failure? {
        if reply != nil { context.core.attention.asked(at: .now()) }
        var message: OpaquePointer?
        var status = payload.withUnsafeBytes { bytes in
            natsMsg_Create(
                &message,
                subject,
                reply,
                bytes.baseAddress?.assumingMemoryBound(to: CChar.self),
                Int32(bytes.count)
            )
        }
        for (name, value) in headers where status == NATS_OK {
            status = natsMsgHeader_Set(message, name, value)
        }
        if status == NATS_OK { status = natsConnection_PublishMsg(handle, message) }
        natsMsg_Destroy(message)
        return status == NATS_OK ? nil : Failure(status)
    }

    /// Waits until the server has had all that was sent.
    ///
    /// - Returns: false where it has not said so in time.
    @discardableResult
    func flush(timeout: Duration) -> Bool {
        context.core.attention.call(for: timeout, at: .now())
        return natsConnection_FlushTimeout(handle, timeout.nanoseconds / 1_000_000) == NATS_OK
    }

    func withHandle<T>(_ body: (OpaquePointer) -> T) -> T {
        body(handle)
    }

    private static func text(_ fill: (UnsafeMutablePointer<CChar>?, Int) -> natsStatus) -> String? {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: 512) { buffer in
            guard let start = buffer.baseAddress, fill(start, buffer.count) == NATS_OK, start.pointee != 0 else {
                return nil
            }
            return String(cString: start)
        }
    }
}

/// Owns one subscription.
final class Subscription {
    private let handle: OpaquePointer
    // The handle must not outlive its connection's.
    private let connection: Connection

    private init(handle: OpaquePointer, connection: Connection) {
        self.handle = handle
        self.connection = connection
    }

    deinit {
        natsSubscription_Destroy(handle)
    }

    /// - Throws: ``StoreError`` with code `cannotConnect` where the connection is closed.
    static func make(
        _ subject: String,
        connection: Connection,
        context: SubscriptionContext
    ) throws(StoreError) -> Subscription {
        // Released by the completion callback, the last that a subscription calls.
        let retained = Unmanaged.passRetained(context)
        var handle: OpaquePointer?
        var status = connection.withHandle {
            natsConnection_Subscribe(&handle, $0, subject, subscriptionReceived, retained.toOpaque())
        }
        guard status == NATS_OK, let handle else {
            retained.release()
            throw StoreError(.cannotConnect, "the subscription to \(subject) failed", cause: Failure(status).text)
        }
        context.opened()
        status = natsSubscription_SetOnCompleteCB(handle, subscriptionCompleted, retained.toOpaque())
        if status != NATS_OK {
            // The connection closed in between: its context is left alone, for a callback may still be using it.
            context.core.contexts.ended()
        }
        natsSubscription_SetPendingLimits(handle, -1, -1)
        return Subscription(handle: handle, connection: connection)
    }
}
