import CNATS

/// A status of libnats with the text that goes with it.
struct Failure {
    let status: natsStatus
    let text: String

    /// To be made on the thread that got the status: libnats keeps the last error's text per thread.
    init(_ status: natsStatus) {
        self.status = status
        let generic = natsStatus_GetText(status).map { String(cString: $0) } ?? "status \(status.rawValue)"
        var last = NATS_OK
        let detail = nats_GetLastError(&last).map { String(cString: $0) } ?? ""
        text = last == status && !detail.isEmpty && detail != generic ? "\(generic): \(detail)" : generic
    }

    /// What becomes known of a write whose publishing failed.
    enum Publishing: Hashable {
        /// Nothing can have left this process.
        case notSent
        /// The message is not one that can be sent.
        case impossible
        /// Some or all bytes may be on their way.
        case unknown
    }

    var publishing: Publishing {
        switch status {
        // What a reconnecting connection with no buffer answers.
        case NATS_INSUFFICIENT_BUFFER, NATS_CONNECTION_DISCONNECTED, NATS_DRAINING: .notSent
        case NATS_MAX_PAYLOAD, NATS_INVALID_SUBJECT, NATS_INVALID_ARG, NATS_NO_SERVER_SUPPORT, NATS_NO_MEMORY:
            .impossible
        // NATS_CONNECTION_CLOSED comes for a closed connection, but also from a write to a socket.
        default: .unknown
        }
    }

    func connecting(_ settings: ConnectionSettings) -> StoreError {
        let servers = settings.printableURLs
        switch status {
        case NATS_CONNECTION_AUTH_FAILED, NATS_NOT_PERMITTED:
            return StoreError(
                .authorization,
                "\(servers) refused the credentials: check user, password, token or file",
                cause: text
            )
        case NATS_SSL_ERROR, NATS_SECURE_CONNECTION_REQUIRED, NATS_SECURE_CONNECTION_WANTED:
            return StoreError(.tls, "no TLS connection to \(servers): check the CA, certificate and key", cause: text)
        case NATS_INVALID_ARG, NATS_ADDRESS_MISSING:
            return StoreError(.invalidSettings, "the server URL \(servers) is not usable", cause: text)
        default:
            return StoreError(
                .cannotConnect,
                "no NATS server at \(servers): start one or give its URL",
                cause: text
            )
        }
    }
}
