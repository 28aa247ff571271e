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
        /// The leader's connection: the writer's own, but for a ``Mark/transfer(from:)``.
        public var connection: ConnectionID
        public var mark: Mark?
        /// In a role's record: the session that its leader leads by; nil: the record is a lease of its own. Under a ``Mark/claim`` it is
        /// that of the leader before. In a renewal of a session: that session.
        public var session: SessionRef?

        public init(
            incarnation: Int64,
            ttl: Duration,
            sent: Timestamp,
            connection: ConnectionID,
            mark: Mark? = nil,
            session: SessionRef? = nil
        ) {
            self.incarnation = incarnation
            self.ttl = ttl
            self.sent = sent
            self.connection = connection
            self.mark = mark
            self.session = session
        }
    }

    /// What makes a record other than a leader's own word.
    public enum Mark: Hashable, Sendable {
        /// Written by the leader before, which gave the role to the record's id. `incarnation`, `ttl` and `connection` are the
        /// new leader's, `sent` is the writer's clock.
        case transfer(from: String)
        /// Its writer does not lead yet: it waits until the leader before confirms by a transfer, or until its lease is over.
        case claim
        /// In a presence record: it wants the roles that members of lower priority lead.
        case asks
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
    public var json: [UInt8] { canonicalJSON ?? encodedJSON }

    private var encodedJSON: [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        // Strings and integers only: there is nothing in it that cannot be encoded.
        guard let data = try? encoder.encode(self) else { preconditionFailure("record cannot be encoded: \(self)") }
        return Array(data)
    }
}

extension LeadershipRecord.Meta: Codable {
    private enum CodingKeys: String, CodingKey {
        case incarnation, sent, server, client, mark, session
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
        connection = ConnectionID(
            server: try fields.decodeIfPresent(String.self, forKey: .server) ?? "",
            client: try fields.decodeIfPresent(String.self, forKey: .client).flatMap { UInt64($0) } ?? 0
        )
        mark = try fields.decodeIfPresent(String.self, forKey: .mark).flatMap(LeadershipRecord.Mark.init)
        session = try fields.decodeIfPresent(String.self, forKey: .session).flatMap { SessionRef($0) }
    }

    public func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: CodingKeys.self)
        try fields.encode(String(incarnation), forKey: .incarnation)
        try fields.encode(String(ttl.nanoseconds), forKey: .ttl)
        try fields.encode(String(sent.nanoseconds), forKey: .sent)
        try fields.encode(connection.server, forKey: .server)
        if connection.client != 0 { try fields.encode(String(connection.client), forKey: .client) }
        try fields.encodeIfPresent(mark?.text, forKey: .mark)
        try fields.encodeIfPresent(session?.text, forKey: .session)
    }
}

extension LeadershipRecord.Mark {
    /// Nil for a mark of a later version, which says nothing here.
    init?(_ text: some StringProtocol) {
        let parts = text.split(separator: " ", maxSplits: 1)
        switch (parts.first, parts.dropFirst().first) {
        case ("transfer", let from?): self = .transfer(from: String(from))
        case ("claim", nil): self = .claim
        case ("asks", nil): self = .asks
        default: return nil
        }
    }

    /// The kind of mark.
    package var name: String {
        switch self {
        case .transfer: "transfer"
        case .claim: "claim"
        case .asks: "asks"
        }
    }

    var text: String {
        switch self {
        case .transfer(let from): "\(name) \(from)"
        case .claim, .asks: name
        }
    }
}
