import ElectionCore
import Testing

@Suite("A record's JSON")
struct LeadershipRecordTests {
    private static let full = LeadershipRecord(
        id: "node-1",
        token: "0b0f3c1e-0000-4000-8000-000000000000",
        priority: 7,
        meta: .init(
            incarnation: 3,
            ttl: .milliseconds(1500),
            sent: Timestamp(nanoseconds: 123_456_789),
            connection: ConnectionID(server: "NABC", client: 0)
        )
    )

    @Test("it is the Go library's form, with strings only in meta")
    func form() {
        let text = String(decoding: Self.full.json, as: UTF8.self)
        #expect(
            text == """
                {"id":"node-1","meta":{"incarnation":"3","sent":"123456789","server":"NABC","ttl_ns":"1500000000"},\
                "priority":7,"token":"0b0f3c1e-0000-4000-8000-000000000000"}
                """
        )
    }

    @Test(
        "what is written is read again",
        arguments: [
            full, LeadershipRecord(id: "a", token: "t"), LeadershipRecord(id: "ä\"\\/\n", token: "", priority: -1),
        ]
    )
    func roundTrip(record: LeadershipRecord) throws {
        #expect(try LeadershipRecord(json: record.json) == record)
    }

    @Test("beside the server stand the connection's number, where it is known, and what makes it no leader's own word")
    func fullForm() {
        var record = Self.full
        record.meta?.connection.client = 42
        record.meta?.mark = .transfer(from: "node-2")
        let text = String(decoding: record.json, as: UTF8.self)
        #expect(
            text == """
                {"id":"node-1","meta":{"client":"42","incarnation":"3","mark":"transfer node-2","sent":"123456789",\
                "server":"NABC","ttl_ns":"1500000000"},\
                "priority":7,"token":"0b0f3c1e-0000-4000-8000-000000000000"}
                """
        )
    }

    @Test("each mark is read again, with any connection", arguments: RecordMarks.all, RecordMarks.connections)
    func marks(mark: LeadershipRecord.Mark?, connection: ConnectionID) throws {
        let record = RecordMarks.record(mark, connection)
        #expect(try LeadershipRecord(json: record.json) == record)
        // Also by a decoder, which takes the fields in any order.
        #expect(try LeadershipRecord(json: Array(" ".utf8) + record.json) == record)
    }

    @Test("a session is read again, by a decoder and without one", arguments: RecordMarks.all)
    func sessions(mark: LeadershipRecord.Mark?) throws {
        var record = RecordMarks.record(mark, RecordMarks.connections[1])
        record.meta?.session = SessionRef(instance: "a.b/c=d_e-f", number: 42, token: "0b0f3c1e-0000-4000")
        let text = String(decoding: record.json, as: UTF8.self)
        #expect(text.contains(#""server":"NABC","session":"42 0b0f3c1e-0000-4000 a.b/c=d_e-f","ttl_ns":"#))
        #expect(record.json.withUnsafeBufferPointer(LeadershipRecord.init(canonical:)) == record)
        #expect(try LeadershipRecord(json: Array(" ".utf8) + record.json) == record)
    }

    @Test("what is no session's name names none", arguments: ["", "42", "42 t", "x t a", "042 t a", "-1 t a"])
    func noSession(text: String) throws {
        let json = #"{"id":"x","token":"t","meta":{"incarnation":"1","ttl_ns":"2","sent":"3","session":"\#(text)"}}"#
        #expect(try #require(try LeadershipRecord(json: Array(json.utf8)).meta).session == nil)
    }

    @Test("a mark of a later version says nothing", arguments: ["", "transfer", "claim x", "asks x", "rests", "Claim"])
    func unknownMark(mark: String) throws {
        let text = #"{"id":"x","token":"t","meta":{"incarnation":"1","ttl_ns":"2","sent":"3","mark":"\#(mark)"}}"#
        let meta = try #require(try LeadershipRecord(json: Array(text.utf8)).meta)
        #expect(meta.mark == nil)
        #expect(meta.incarnation == 1)
    }

    @Test("a connection's number that is none is not known", arguments: ["", "-1", "x", "99999999999999999999"])
    func unknownClient(client: String) throws {
        let text = #"{"id":"x","token":"t","meta":{"incarnation":"1","ttl_ns":"2","sent":"3","client":"\#(client)"}}"#
        #expect(try #require(try LeadershipRecord(json: Array(text.utf8)).meta).connection.client == 0)
    }

    @Test("a record of the previous version, without a connection's number and mark, is read in its own form")
    func previousVersion() throws {
        let text =
            #"{"id":"a","meta":{"incarnation":"3","sent":"9","server":"N","ttl_ns":"5"},"priority":0,"token":"t"}"#
        let record = try LeadershipRecord(json: Array(text.utf8))
        #expect(record.meta?.connection == ConnectionID(server: "N", client: 0))
        #expect(record.meta?.mark == nil)
        #expect(Array(text.utf8).withUnsafeBufferPointer(LeadershipRecord.init(canonical:)) == record)
    }

    @Test("the Go library's own record has no meta, and no priority at 0")
    func goRecord() throws {
        let record = try LeadershipRecord(json: Array(#"{"id":"go-1","token":"t"}"#.utf8))
        #expect(record == LeadershipRecord(id: "go-1", token: "t", priority: 0, meta: nil))
    }

    @Test(
        "another program's meta is tolerated, as none",
        arguments: [
            #"{"zone":"eu"}"#, "{}", "null", "[]", #""text""#, #"{"incarnation":1,"ttl_ns":2,"sent":3}"#,
            #"{"incarnation":"x","ttl_ns":"2","sent":"3"}"#,
            #"{"incarnation":"1","ttl_ns":"99999999999999999999","sent":"3"}"#,
        ]
    )
    func foreignMeta(meta: String) throws {
        let record = try LeadershipRecord(json: Array(#"{"id":"x","token":"t","priority":2,"meta":\#(meta)}"#.utf8))
        #expect(record == LeadershipRecord(id: "x", token: "t", priority: 2, meta: nil))
    }

    @Test("unknown fields are ignored")
    func unknownFields() throws {
        let record = try LeadershipRecord(json: Array(#"{"id":"x","token":"t","zone":[1,{"a":null}]}"#.utf8))
        #expect(record.id == "x")
    }

    @Test("a meta without a server is read")
    func metaWithoutServer() throws {
        let text = #"{"id":"x","token":"t","meta":{"incarnation":"1","ttl_ns":"2","sent":"3"}}"#
        let meta = try LeadershipRecord(json: Array(text.utf8)).meta
        let connection = ConnectionID(server: "", client: 0)
        #expect(
            meta == .init(incarnation: 1, ttl: .nanoseconds(2), sent: Timestamp(nanoseconds: 3), connection: connection)
        )
    }

    @Test(
        "what is not a record is refused",
        arguments: [
            "", " ", "x", "[]", "{}", "null", #"{"id":"a"}"#, #"{"token":"t"}"#, #"{"id":1,"token":"t"}"#,
            #"{"id":"a","token":"t""#, #"{"id":"a","token":"t","priority":"high"}"#,
            #"{"id":"a","token":"t","priority":1.5}"#,
        ]
    )
    func garbage(text: String) {
        let error = #expect(throws: ElectionError.self) { _ = try LeadershipRecord(json: Array(text.utf8)) }
        #expect(error?.code == .invalidRecord)
    }

    @Test("bytes that are not text are refused")
    func bytes() {
        #expect(throws: ElectionError.self) { _ = try LeadershipRecord(json: [0xFF, 0x00, 0xFE]) }
    }
}

/// Records with and without what a meta may leave out.
enum RecordMarks {
    static let all: [LeadershipRecord.Mark?] = [
        nil, .claim, .asks, .transfer(from: "b"), .transfer(from: "a name/with=all_kinds.of-characters"),
    ]
    static let connections = [
        ConnectionID(server: "NABC", client: 0), ConnectionID(server: "NABC", client: 1),
        ConnectionID(server: "", client: 0), ConnectionID(server: "NABC", client: 999_999_999_999_999_999),
        ConnectionID(server: "NABC", client: .max),
    ]

    static func record(_ mark: LeadershipRecord.Mark?, _ connection: ConnectionID) -> LeadershipRecord {
        let meta = LeadershipRecord.Meta(
            incarnation: 7,
            ttl: .seconds(3),
            sent: .ms(5),
            connection: connection,
            mark: mark
        )
        return LeadershipRecord(id: "a", token: mark == .asks ? "" : "t", meta: meta)
    }
}

@Suite struct CanonicalRecordTests {
    private static let meta = LeadershipRecord.Meta(
        incarnation: 7,
        ttl: .seconds(3),
        sent: Timestamp(nanoseconds: 1_234_567_890_123),
        connection: ConnectionID(server: "SERVER", client: 0)
    )

    @Test(arguments: [
        LeadershipRecord(id: "a", token: "t"),
        LeadershipRecord(id: "instance-01", token: "0-0", priority: -12, meta: meta),
        LeadershipRecord(id: "", token: "", priority: 0, meta: meta),
    ])
    func `What we write is read without a decoder`(record: LeadershipRecord) {
        let read = record.json.withUnsafeBufferPointer(LeadershipRecord.init(canonical:))
        #expect(read == record)
    }

    @Test(arguments: RecordMarks.all, RecordMarks.connections)
    func `Marks and connections are read without a decoder, too`(
        mark: LeadershipRecord.Mark?,
        connection: ConnectionID
    ) {
        let record = RecordMarks.record(mark, connection)
        let read = record.json.withUnsafeBufferPointer(LeadershipRecord.init(canonical:))
        // A number of more than 18 digits is left to the decoder: servers count connections from 1.
        #expect(read == (connection.client == .max ? nil : record))
    }

    @Test(arguments: [
        #"{"id":"a","token":"t","priority":0}"#, #"{"id":"a","priority":0,"token":"t"} "#,
        #"{ "id":"a","priority":0,"token":"t"}"#, #"{"id":"\u0061","priority":0,"token":"t"}"#,
        #"{"id":"ä","priority":0,"token":"t"}"#, #"{"id":"a","priority":01,"token":"t"}"#,
        #"{"id":"a","priority":1234567890123456789012,"token":"t"}"#, #"{"id":"a","priority":0,"token":"t""#,
        #"{"id":"a","meta":{"region":"eu"},"priority":0,"token":"t"}"#, "", "{",
        #"{"id":"a","meta":{"client":"0","incarnation":"3","sent":"9","server":"N","ttl_ns":"5"},"priority":0,"token":"t"}"#,
        #"{"id":"a","meta":{"incarnation":"3","mark":"rests","sent":"9","server":"N","ttl_ns":"5"},"priority":0,"token":"t"}"#,
    ])
    func `Any other form is left to the decoder`(text: String) {
        let read = Array(text.utf8).withUnsafeBufferPointer(LeadershipRecord.init(canonical:))
        #expect(read == nil)
    }

    @Test func `Cut off anywhere, a record is not taken for one`() {
        let json = RecordMarks.record(.transfer(from: "b"), RecordMarks.connections[1]).json
        for length in 0..<json.count {
            let read = json.prefix(length).withUnsafeBufferPointer(LeadershipRecord.init(canonical:))
            #expect(read == nil)
        }
    }
}
