/// What making or using a ``NATSStore`` throws: what is wrong, and what to do about it.
public struct StoreError: Error, Hashable, Sendable, CustomStringConvertible {
    public struct Code: Hashable, Sendable {
        fileprivate enum Storage {
            case invalidSettings, invalidBucket, cannotConnect, authorization, tls, noJetStream, bucketRefused
            case serverRefused, idTaken, timeout, closed
        }
        fileprivate let storage: Storage

        /// Settings that no server could be reached with.
        public static let invalidSettings = Code(storage: .invalidSettings)
        /// A bucket name that NATS refuses, or limits that it has no bucket for.
        public static let invalidBucket = Code(storage: .invalidBucket)
        /// No server answered at any of the URLs.
        public static let cannotConnect = Code(storage: .cannotConnect)
        /// The server refused the credentials.
        public static let authorization = Code(storage: .authorization)
        /// The TLS handshake failed, or the certificates could not be loaded.
        public static let tls = Code(storage: .tls)
        /// JetStream is not enabled on the server or for the account.
        public static let noJetStream = Code(storage: .noJetStream)
        /// The bucket, as it is or as it was asked for, would break a promise of the election.
        public static let bucketRefused = Code(storage: .bucketRefused)
        /// The server answered a request about the bucket with an error.
        public static let serverRefused = Code(storage: .serverRefused)
        /// Another process runs under the same instance id.
        public static let idTaken = Code(storage: .idTaken)
        /// The server did not answer in time.
        public static let timeout = Code(storage: .timeout)
        /// The store has been closed.
        public static let closed = Code(storage: .closed)
    }

    public let code: Code
    /// What libnats or the server said, where it said something.
    public let cause: String?
    /// What was wrong and what to do, for a person to read.
    public let context: String

    init(_ code: Code, _ context: String, cause: String? = nil) {
        self.code = code
        self.cause = cause
        self.context = context
    }

    public var description: String {
        guard let cause, !cause.isEmpty else { return context }
        return "\(context) (\(cause))"
    }

    static let storeClosed = StoreError(.closed, "the store is closed: connect anew")
}
