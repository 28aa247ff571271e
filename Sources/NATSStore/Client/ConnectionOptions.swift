import CNATS
import ElectionCore
import Glibc

/// Owns the options of a connection; each of them was measured or is needed for a promise of the election.
final class ConnectionOptions {
    private let handle: OpaquePointer

    private init(handle: OpaquePointer) {
        self.handle = handle
    }

    deinit {
        natsOptions_Destroy(handle)
    }

    func withHandle<T>(_ body: (OpaquePointer) -> T) -> T {
        body(handle)
    }

    /// - Throws: ``StoreError`` with code `invalidSettings` or `tls`.
    static func make(
        _ settings: ConnectionSettings,
        avoiding avoided: String?,
        leaseTTL: Duration
    ) throws(StoreError) -> ConnectionOptions {
        try settings.validate()
        var created: OpaquePointer?
        let status = natsOptions_Create(&created)
        guard status == NATS_OK, let created else {
            throw StoreError(.invalidSettings, "libnats made no options", cause: Failure(status).text)
        }
        let options = ConnectionOptions(handle: created)
        try options.setServers(settings, avoiding: avoided)
        try options.setCredentials(settings.credentials)
        if settings.wantsTLS { try options.setTLS(settings.tls) }
        try options.setBehaviour(settings, leaseTTL: leaseTTL)
        return options
    }

    private func setServers(_ settings: ConnectionSettings, avoiding avoided: String?) throws(StoreError) {
        // libnats would shuffle them, and try the avoided one before others.
        if avoided != nil { try check(natsOptions_SetNoRandomize(handle, true), "connection option") }
        var urls = settings.urls(avoiding: avoided).map { UnsafePointer<CChar>(strdup($0)) }
        defer { urls.forEach { free(UnsafeMutableRawPointer(mutating: $0)) } }
        try check(natsOptions_SetServers(handle, &urls, Int32(urls.count)), "server URLs \(settings.printableURLs)")
        try check(natsOptions_SetName(handle, settings.name), "connection name \(settings.name)")
    }

    private func setCredentials(_ credentials: ConnectionSettings.Credentials) throws(StoreError) {
        switch credentials {
        case .none: break
        case .user(let user, let password):
            try check(natsOptions_SetUserInfo(handle, user, password), "user \(user)")
        case .token(let token):
            try check(natsOptions_SetToken(handle, token), "token")
        case .file(let path):
            // libnats reads the file at each connect, and then says little about what is wrong with it.
            guard access(path, R_OK) == 0 else {
                throw StoreError(.invalidSettings, "the credentials file \(path) cannot be read")
            }
            try check(natsOptions_SetUserCredentialsFromFiles(handle, path, nil), "credentials file \(path)")
        }
    }

    private func setTLS(_ tls: ConnectionSettings.TLS?) throws(StoreError) {
        try check(natsOptions_SetSecure(handle, true), "TLS", code: .tls)
        if let ca = tls?.ca {
            try check(natsOptions_LoadCATrustedCertificates(handle, ca), "the CA file \(ca)", code: .tls)
        }
        if let certificate = tls?.certificate, let key = tls?.key {
            try check(
                natsOptions_LoadCertificatesChain(handle, certificate, key),
                "the certificate \(certificate) with key \(key)",
                code: .tls
            )
        }
    }

    private func setBehaviour(_ settings: ConnectionSettings, leaseTTL: Duration) throws(StoreError) {
        func milliseconds(_ span: Duration) -> Int64 { max(1, span.nanoseconds / 1_000_000) }
        // A dead link is noticed after three pings without an answer: about one ttl, or 3 s, or where the leases are long three
        // fifths of a ttl. A server that is busy for seconds is not to be taken for dead: each reconnection makes it busier.
        let ping = max(min(max(leaseTTL / 3, .milliseconds(100)), .seconds(1)), leaseTTL / 5)
        // A publish must not block behind a dead link for longer than the lease that it is to renew.
        let writeDeadline = min(max(leaseTTL / 2, .milliseconds(100)), .seconds(1))
        let what = "connection option"
        try check(natsOptions_SetTimeout(handle, milliseconds(settings.connectTimeout)), what)
        try check(natsOptions_SetPingInterval(handle, milliseconds(ping)), what)
        try check(natsOptions_SetMaxPingsOut(handle, 2), what)
        try check(natsOptions_SetWriteDeadline(handle, milliseconds(writeDeadline)), what)
        // Otherwise a renewal is kept, sent and accepted long after it was given up.
        try check(natsOptions_SetReconnectBufSize(handle, 0), what)
        try check(natsOptions_SetMaxReconnect(handle, -1), what)
        try check(natsOptions_SetCustomReconnectDelay(handle, reconnectDelay, nil), what)
        // A flusher thread would add a millisecond to each write.
        try check(natsOptions_SetSendAsap(handle, true), what)
        // One thread delivers for all subscriptions, instead of one each.
        try check(natsOptions_UseGlobalMessageDelivery(handle, true), what)
        // So that asking who else claims our id is not answered by ourselves.
        try check(natsOptions_SetNoEcho(handle, true), what)
    }

    private func check(
        _ status: natsStatus,
        _ what: String,
        code: StoreError.Code = .invalidSettings
    ) throws(StoreError) {
        guard status != NATS_OK else { return }
        throw StoreError(code, "\(what): not usable", cause: Failure(status).text)
    }
}

/// How long to wait before the next try: 2 ms at first, twice as long each time, at most 100 ms, and half of it by lot so
/// that a restarted server is not met by all instances at once.
private func reconnectDelay(_ connection: OpaquePointer?, _ attempts: Int32, _ context: UnsafeMutableRawPointer?)
    -> Int64
{
    let full = min(Int64(2) << min(Int64(max(attempts, 1)) - 1, 6), 100)
    return full / 2 + Int64.random(in: 0...(full / 2))
}
