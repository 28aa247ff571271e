import ElectionCore

/// What a server reports on `$SYS.ACCOUNT.<account>.DISCONNECT` when a client's connection has ended, as far as it is needed:
/// `{…,"server":{…,"id":…},"client":{…,"id":…},…,"reason":…}`.
struct DisconnectEvent {
    /// Where instances hear of it: the system account's event, imported into their own account.
    static let subject = "electbench.disconnects"
    static let subjectBytes = Array(subject.utf8)

    /// The reasons that mean that the process, or its socket, is gone. For any other, such as a stale connection, a slow
    /// consumer or a server that shuts down, the client may be alive and not know of it yet.
    private static let fatalReasons: Set<String> = ["Client Closed", "Read Error", "Write Error"]

    private let connection: ConnectionID
    private let reason: String

    /// Looks for the fields and decodes no more: all instances get each event at once, in the very milliseconds of a failover, and a
    /// decoder takes some fifty times as long. A quote inside of a text is escaped, so no name can look like a field.
    ///
    /// - Returns: nil where the bytes are no such report.
    init?(_ payload: UnsafeRawBufferPointer) {
        guard let server = payload.end(of: "\"server\":{"), let id = payload.end(of: "\"id\":\"", from: server),
            let client = payload.end(of: "\"client\":{", from: id),
            let number = payload.end(of: "\"id\":", from: client).flatMap({ payload.number(at: $0) }),
            let reason = payload.end(of: "\"reason\":\"", from: client)
        else { return nil }
        connection = ConnectionID(server: payload.text(at: id), client: number)
        self.reason = payload.text(at: reason)
    }

    /// The connection, where its client is certainly gone.
    var lost: ConnectionID? { Self.fatalReasons.contains(reason) ? connection : nil }
}

extension UnsafeRawBufferPointer {
    /// What stands between `start` and the next quote.
    fileprivate func text(at start: Int) -> String {
        String(decoding: self[start...].prefix { $0 != UInt8(ascii: "\"") }, as: UTF8.self)
    }
}
