import ElectionCore

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// An error in one of JetStream's answers.
struct APIError: Decodable, Hashable {
    var code: Int?
    var errorCode: UInt64?
    var description: String?

    private enum CodingKeys: String, CodingKey {
        case code, description
        case errorCode = "err_code"
    }

    var text: String { "\(description ?? "no description") (\(errorCode ?? UInt64(clamping: code ?? 0)))" }

    private struct Envelope: Decodable { var error: APIError? }

    static func text(of payload: UnsafeRawBufferPointer) -> String {
        let envelope = try? JSONDecoder().decode(Envelope.self, from: Data(payload))
        return envelope?.error?.text ?? String(decoding: payload, as: UTF8.self)
    }
}

/// A stream's settings, as far as a KV bucket has them; sent to make one, read to judge one.
struct StreamConfiguration: Codable, Hashable {
    var name: String
    var subjects: [String]?
    var storage: BucketSettings.Storage
    var replicas: Int
    var ageLimitNanoseconds: Int64
    var history: Int64
    /// Of a bucket that we made; nil or something else for others.
    private var description: String? = Self.ownDescription
    private var retention = "limits"
    private var discard = "new"
    private var duplicateWindowNanoseconds: Int64?
    private var denyDelete: Bool? = true
    private var denyPurge: Bool?
    private var allowDirect: Bool? = true

    private enum CodingKeys: String, CodingKey {
        case name, subjects, storage, description, retention, discard
        case replicas = "num_replicas"
        case ageLimitNanoseconds = "max_age"
        case history = "max_msgs_per_subject"
        case duplicateWindowNanoseconds = "duplicate_window"
        case denyDelete = "deny_delete"
        case denyPurge = "deny_purge"
        case allowDirect = "allow_direct"
    }

    /// A KV bucket's stream, as NATS's ADR-8 has it, before it is open.
    init(_ bucket: BucketSettings) {
        name = bucket.stream
        subjects = [bucket.openingSubject]
        storage = bucket.storage
        replicas = bucket.replicas
        ageLimitNanoseconds = bucket.ageLimit.nanoseconds
        history = bucket.history
        // The server wants it no longer than the age limit.
        let longest = Duration.seconds(120)
        duplicateWindowNanoseconds = (bucket.ageLimit == .zero ? longest : min(longest, bucket.ageLimit)).nanoseconds
    }

    /// The same stream once it is open; from then on nobody can purge it.
    ///
    /// A purge would take leases away that still run. And with the very first record it must be impossible: a server before
    /// 2.10.12 stands still for ever when a memory stream of high sequences is purged up to a message that it has, as the
    /// purge of a second opener would do that comes late. Streams that can't be purged have no rollups either.
    func opened(_ bucket: BucketSettings) -> StreamConfiguration {
        var copy = self
        copy.subjects = [bucket.keyPrefix + ">"]
        copy.denyPurge = true
        return copy
    }

    /// Whether its sequences begin at its creation time.
    var isOurs: Bool { description == Self.ownDescription }
    private static let ownDescription = "electbench: revisions begin at the creation time in microseconds"

    var ageLimit: Duration { .nanoseconds(ageLimitNanoseconds) }
}

/// A request to `$JS.API.CONSUMER.CREATE.<stream>`.
struct ConsumerRequest: Encodable {
    struct Configuration: Encodable {
        var deliver_subject: String
        var filter_subject: String
        var idle_heartbeat: Int64
        /// How long the server keeps a consumer that nobody listens to any more.
        var inactive_threshold = Duration.seconds(5).nanoseconds
        var deliver_policy: String
        var ack_policy = "none"
        var replay_policy = "instant"
        var max_deliver = 1
        var mem_storage = true
        var num_replicas = 1
    }

    var stream_name: String
    var config: Configuration
}

/// An answer to ``ConsumerRequest``.
struct ConsumerAnswer: Decodable {
    struct Delivered: Decodable { var consumer_seq: UInt64 }

    var error: APIError?
    var num_pending: UInt64?
    var delivered: Delivered?

    /// The consumer sequence of the snapshot's last message.
    var snapshotEnd: UInt64 { (num_pending ?? 0) + (delivered?.consumer_seq ?? 0) }
}

/// An answer to `$JS.API.STREAM.INFO`, `CREATE`, `UPDATE`, `PURGE` or `DELETE`, or to `$JS.API.INFO`.
struct StreamAnswer: Decodable {
    struct State: Decodable { var last_seq: UInt64 }
    struct Cluster: Decodable { var leader: String? }

    var error: APIError?
    var config: StreamConfiguration?
    /// When the stream was made, by the server's clock, in RFC 3339.
    var created: String?
    var state: State?
    /// Newer servers tell it of a server that stands alone, too.
    var cluster: Cluster?
}

/// A request to `$JS.API.STREAM.PURGE.<stream>`: the next message gets this sequence.
struct PurgeRequest: Encodable {
    var seq: UInt64
}

/// An answer to `$JS.API.STREAM.MSG.GET`.
struct MessageAnswer: Decodable {
    struct Message: Decodable {
        var seq: UInt64
        var hdrs: Data?
        var data: Data?
    }

    var error: APIError?
    var message: Message?

    /// The key's entry; nil where the answer does not tell.
    var entry: StoredEntry? {
        if let error { return error.errorCode == JetStreamError.noMessage ? .missing : nil }
        guard let message else { return nil }
        let value = message.data ?? Data()
        guard value.isEmpty else { return StoredEntry(value: value, revision: message.seq) }
        let marked = (message.hdrs ?? Data()).withUnsafeBytes(Header.marksDeletion)
        return marked ? .marker(revision: message.seq) : .unreadable(revision: message.seq)
    }
}

extension StoredEntry {
    /// The entry of a value that is not empty.
    init(value: some Collection<UInt8>, revision: UInt64) {
        if let record = try? LeadershipRecord(json: value) {
            self = .record(record, revision: revision)
        } else {
            self = .unreadable(revision: revision)
        }
    }
}

/// Names of message headers.
enum Header {
    static let expectedRevision = "Nats-Expected-Last-Subject-Sequence"
    static let operation = "KV-Operation"
    /// Servers from 2.11 on leave a message with this when they age a key out of a bucket that asks for it.
    static let markerReason = "Nats-Marker-Reason"
    static let lastConsumerSequence = "Nats-Last-Consumer"

    /// Whether a block of headers is that of a delete or purge marker.
    static func marksDeletion(_ block: UnsafeRawBufferPointer) -> Bool {
        if block.end(of: "\r\nNats-Marker-Reason:") != nil { return true }
        guard var offset = block.end(of: "\r\nKV-Operation:") else { return false }
        while offset < block.count, block[offset] == UInt8(ascii: " ") { offset += 1 }
        let value = block[offset...].prefix { $0 != UInt8(ascii: "\r") }
        return marksDeletion(operation: String(decoding: value, as: UTF8.self))
    }

    static func marksDeletion(operation: String) -> Bool { operation == "DEL" || operation == "PURGE" }
}

enum API {
    static let info = "$JS.API.INFO"
    static func streamInfo(_ stream: String) -> String { "$JS.API.STREAM.INFO.\(stream)" }
    static func makeStream(_ stream: String) -> String { "$JS.API.STREAM.CREATE.\(stream)" }
    static func updateStream(_ stream: String) -> String { "$JS.API.STREAM.UPDATE.\(stream)" }
    static func purgeStream(_ stream: String) -> String { "$JS.API.STREAM.PURGE.\(stream)" }
    static func deleteStream(_ stream: String) -> String { "$JS.API.STREAM.DELETE.\(stream)" }
    static func message(_ stream: String) -> String { "$JS.API.STREAM.MSG.GET.\(stream)" }
    static func makeConsumer(_ stream: String) -> String { "$JS.API.CONSUMER.CREATE.\(stream)" }

    static func encode(_ request: some Encodable) -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        // Strings and integers only.
        guard let data = try? encoder.encode(request) else { preconditionFailure("cannot be encoded: \(request)") }
        return Array(data)
    }

    static func decode<Answer: Decodable>(_ type: Answer.Type, _ payload: some Collection<UInt8>) -> Answer? {
        try? JSONDecoder().decode(type, from: Data(payload))
    }
}
