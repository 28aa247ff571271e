/// What a JetStream key-value bucket does with compare-and-sets, as a value without I/O or clock.
///
/// Revisions count over the whole bucket, as a stream's sequence numbers do: they only rise.
package struct MemoryBucket: Sendable {
    /// What can stand under a key.
    package enum Content: Hashable, Sendable {
        case value(StoreWrite.Value)
        /// Bytes that are not a record.
        case unreadable
    }

    private struct Message: Hashable, Sendable {
        let content: Content
        let revision: UInt64
        let stored: Timestamp
    }

    /// How long a message is kept after it was stored; nil: for ever.
    package let ageLimit: Duration?
    /// The last revision that was given to any key.
    package private(set) var lastRevision: UInt64 = 0
    private var messages: [Role: Message] = [:]
    /// By instance id.
    private var sessions: [String: Message] = [:]

    package init(ageLimit: Duration?) {
        self.ageLimit = ageLimit
    }

    /// A bucket as electbench makes it: a record outlives its lease by another ttl.
    package init(ttl: Duration) {
        self.init(ageLimit: ttl * 2)
    }

    /// Stores the content if the key's last revision is the expected one; 0 expects no message under the key.
    package mutating func write(
        _ key: Role,
        _ content: Content,
        expectedRevision: UInt64,
        at now: Timestamp
    ) -> WriteOutcome {
        let last = entry(key, at: now).revision
        guard last == expectedRevision else { return .rejected(lastRevision: last) }
        lastRevision += 1
        messages[key] = Message(content: content, revision: lastRevision, stored: now)
        return .acknowledged(revision: lastRevision)
    }

    package mutating func write(_ write: StoreWrite, to key: Role, at now: Timestamp) -> WriteOutcome {
        self.write(key, .value(write.value), expectedRevision: write.expectedRevision, at: now)
    }

    /// The same on the key of an instance's session.
    package mutating func write(_ write: StoreWrite, session id: String, at now: Timestamp) -> WriteOutcome {
        let last = entry(session: id, at: now).revision
        guard last == write.expectedRevision else { return .rejected(lastRevision: last) }
        lastRevision += 1
        sessions[id] = Message(content: .value(write.value), revision: lastRevision, stored: now)
        return .acknowledged(revision: lastRevision)
    }

    /// Gives a revision to what stands under no role's key.
    package mutating func spendRevision() -> UInt64 {
        lastRevision += 1
        return lastRevision
    }

    /// What the key holds now: a message that has reached the age limit is gone.
    package func entry(_ key: Role, at now: Timestamp) -> StoredEntry { entry(messages[key], at: now) }

    package func entry(session id: String, at now: Timestamp) -> StoredEntry { entry(sessions[id], at: now) }

    /// The instances whose sessions' keys hold anything, in order.
    package var sessionIDs: [String] { sessions.keys.sorted() }

    private func entry(_ message: Message?, at now: Timestamp) -> StoredEntry {
        guard let message else { return .missing }
        if let ageLimit, now >= message.stored + ageLimit { return .missing }
        return switch message.content {
        case .value(.record(let record)): .record(record, revision: message.revision)
        case .value(.marker): .marker(revision: message.revision)
        case .unreadable: .unreadable(revision: message.revision)
        }
    }

    /// The store was lost and the bucket made again: nothing is left, and the next revision is above the given one.
    package mutating func reset(lastRevision: UInt64) {
        messages = [:]
        sessions = [:]
        self.lastRevision = lastRevision
    }
}
