#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// The value under a role's key: who leads, with which token.
///
/// As JSON it is `{"id":…,"token":…,"priority":…,"meta":{…}}`, the Go library's form. Its own records leave `priority` out
/// at 0 and have no `meta`.
public struct LeadershipRecord: Hashable, Sendable {
    /// What electbench's own instances add; every value is a JSON string, as the Go library's map wants.
    public struct Meta: Hashable, Sendable {
        public var incarnation: Int64
        /// What the writer counts its lease with.
        public var ttl: Duration
        /// The writer's clock just before it sent the record.
        public var sent: Timestamp
        /// The id of the server the writer was connected to.
        public var server: String

        public init(incarnation: Int64, ttl: Duration, sent: Timestamp, server: String) {
            self.incarnation = incarnation
            self.ttl = ttl
            self.sent = sent
            self.server = server
        }
    }

    public var id: String
    /// A fresh UUID for each term.
    public var token: String
    public var priority: Int
    public var meta: Meta?

    public init(id: String, token: String, priority: Int = 0, meta: Meta? = nil) {
        self.id = id
        self.token = token
        self.priority = priority
        self.meta = meta
    }
}

extension LeadershipRecord: Codable {
    private enum CodingKeys: String, CodingKey { case id, token, priority, meta }

    public init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        id = try fields.decode(String.self, forKey: .id)
        token = try fields.decode(String.self, forKey: .token)
        priority = try fields.decodeIfPresent(Int.self, forKey: .priority) ?? 0
        // Another program's meta is nobody's lease: a record without ours is taken as one without any.
        meta = try? fields.decodeIfPresent(Meta.self, forKey: .meta)
    }

    /// - Throws: ``ElectionError`` with code `invalidRecord` where the bytes are not a record.
    public init(json: some Collection<UInt8>) throws(ElectionError) {
        if let canonical = json.withContiguousStorageIfAvailable(LeadershipRecord.init(canonical:)), let canonical {
            self = canonical
            return
        }
        do {
            self = try JSONDecoder().decode(LeadershipRecord.self, from: Data(json))
        } catch {
            let text = String(decoding: json, as: UTF8.self)
            throw ElectionError(code: .invalidRecord, context: "not a leadership record: \(text)")
        }
    }

    /// The record as one line of JSON.
    public var json: [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        // Strings and integers only: there is nothing in it that cannot be encoded.
        guard let data = try? encoder.encode(self) else { preconditionFailure("record cannot be encoded: \(self)") }
        return Array(data)
    }
}

extension LeadershipRecord.Meta: Codable {
    private enum CodingKeys: String, CodingKey {
        case incarnation, sent, server
        case ttl = "ttl_ns"
    }

    public init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        func integer(_ key: CodingKeys) throws -> Int64 {
            let text = try fields.decode(String.self, forKey: key)
            guard let value = Int64(text) else {
                throw DecodingError.dataCorruptedError(
                    forKey: key,
                    in: fields,
                    debugDescription: "not an integer: \(text)"
                )
            }
            return value
        }
        incarnation = try integer(.incarnation)
        ttl = .nanoseconds(try integer(.ttl))
        sent = Timestamp(nanoseconds: try integer(.sent))
        server = try fields.decodeIfPresent(String.self, forKey: .server) ?? ""
    }

    public func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: CodingKeys.self)
        try fields.encode(String(incarnation), forKey: .incarnation)
        try fields.encode(String(ttl.nanoseconds), forKey: .ttl)
        try fields.encode(String(sent.nanoseconds), forKey: .sent)
        try fields.encode(server, forKey: .server)
    }
}
