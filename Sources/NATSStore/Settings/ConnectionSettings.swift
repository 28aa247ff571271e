/// Where the servers are and how a client proves who it is.
public struct ConnectionSettings: Hashable, Sendable {
    public enum Credentials: Hashable, Sendable {
        case none
        case user(String, password: String)
        case token(String)
        /// A file with a user's JWT and seed, as `nsc` writes it.
        case file(path: String)
    }

    /// Files in PEM form. Asking for any of them asks for TLS, as a `tls://` URL does.
    public struct TLS: Hashable, Sendable {
        public var ca: String?
        public var certificate: String?
        public var key: String?

        public init(ca: String? = nil, certificate: String? = nil, key: String? = nil) {
            self.ca = ca
            self.certificate = certificate
            self.key = key
        }
    }

    public var urls: [String]
    public var credentials: Credentials
    public var tls: TLS?
    /// What the server shows as the connection's name.
    public var name: String
    /// How long one attempt to connect to one server may take.
    public var connectTimeout: Duration
    /// How long to wait for JetStream, which a cluster has only some time after it accepts clients.
    public var readyTimeout: Duration

    public init(
        urls: [String] = ["nats://127.0.0.1:4222"],
        credentials: Credentials = .none,
        tls: TLS? = nil,
        name: String = "electbench",
        connectTimeout: Duration = .seconds(1),
        readyTimeout: Duration = .seconds(10)
    ) {
        self.urls = urls
        self.credentials = credentials
        self.tls = tls
        self.name = name
        self.connectTimeout = connectTimeout
        self.readyTimeout = readyTimeout
    }

    /// - Throws: ``StoreError`` with code `invalidSettings`.
    package func validate() throws(StoreError) {
        guard !urls.isEmpty, !urls.contains("") else {
            throw StoreError(.invalidSettings, "no server URL: give at least one, such as nats://127.0.0.1:4222")
        }
        for url in urls {
            guard let scheme = url.split(separator: ":", maxSplits: 1).first, url.contains("://") else { continue }
            guard scheme == "nats" || scheme == "tls" else {
                throw StoreError(
                    .invalidSettings,
                    "\(Self.redacted(url)): libnats speaks nats:// and tls://, not \(scheme)://"
                )
            }
        }
        if let tls, (tls.certificate == nil) != (tls.key == nil) {
            throw StoreError(.invalidSettings, "a TLS certificate and its key go together: give both or neither")
        }
        guard connectTimeout >= .milliseconds(1) else {
            throw StoreError(.invalidSettings, "connect timeout \(connectTimeout): give at least 1 ms")
        }
    }

    var wantsTLS: Bool { tls != nil || urls.contains { $0.hasPrefix("tls://") } }

    /// The URLs, in any order but that those of the avoided server come last.
    func urls(avoiding avoided: String?) -> [String] {
        guard let avoided else { return urls }
        let address = Greeting.hostAndPort(avoided)
        let isAvoided = { (url: String) in
            Greeting.hostAndPort(url).map { $0.host == address?.host && $0.port == address?.port } ?? (url == avoided)
        }
        return urls.filter { !isAvoided($0) }.shuffled() + urls.filter(isAvoided)
    }

    /// The URLs as they may stand in a log: without user, password or token.
    var printableURLs: String { urls.map(Self.redacted).joined(separator: ", ") }

    /// A URL as it may stand in a log or a report.
    package static func redacted(_ url: String) -> String {
        guard let at = url.lastIndex(of: "@") else { return url }
        let host = url[url.index(after: at)...]
        guard let scheme = url.firstRange(of: "://") else { return String(host) }
        return String(url[..<scheme.upperBound] + host)
    }
}
