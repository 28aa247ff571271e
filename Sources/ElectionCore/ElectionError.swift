/// What the election's own functions throw. A lost race is a value, not an error.
public struct ElectionError: Error, Hashable, Sendable, CustomStringConvertible {
    public struct Code: Hashable, Sendable {
        fileprivate enum Storage {
            case invalidName, invalidTiming, invalidRecord, duplicateRole, alreadyRunning
        }
        fileprivate let storage: Storage

        /// A role or instance id that NATS cannot carry.
        public static let invalidName = Code(storage: .invalidName)
        /// A ttl and heartbeat that give no safe lease.
        public static let invalidTiming = Code(storage: .invalidTiming)
        /// A value under a role's key that is not a record.
        public static let invalidRecord = Code(storage: .invalidRecord)
        /// A role that was added twice.
        public static let duplicateRole = Code(storage: .duplicateRole)
        /// Roles are added before `run()`, and `run()` is called once.
        public static let alreadyRunning = Code(storage: .alreadyRunning)
    }

    public let code: Code
    /// What was wrong and what to do, for a person to read.
    public let context: String

    package init(code: Code, context: String) {
        self.code = code
        self.context = context
    }

    public var description: String { context }
}
