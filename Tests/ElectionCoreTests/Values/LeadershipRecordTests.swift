import ElectionCore
import Testing

@Suite("A record's JSON")
struct LeadershipRecordTests {
    private static let full = LeadershipRecord(
        id: "node-1",
        token: "0b0f3c1e-0000-4000-8000-000000000000",
        priority: 7,
        meta: .init(incarnation: 3, ttl: .milliseconds(1500), sent: Timestamp(nanoseconds: 123_456_789), server: "NABC")
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
        #expect(meta == .init(incarnation: 1, ttl: .nanoseconds(2), sent: Timestamp(nanoseconds: 3), server: ""))
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

@Suite struct CanonicalRecordTests {
    private static let meta = LeadershipRecord.Meta(
        incarnation: 7,
        ttl: .seconds(3),
        sent: Timestamp(nanoseconds: 1_234_567_890_123),
        server: "SERVER"
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

    @Test(arguments: [
        #"{"id":"a","token":"t","priority":0}"#, #"{"id":"a","priority":0,"token":"t"} "#,
        #"{ "id":"a","priority":0,"token":"t"}"#, #"{"id":"\u0061","priority":0,"token":"t"}"#,
        #"{"id":"ä","priority":0,"token":"t"}"#, #"{"id":"a","priority":01,"token":"t"}"#,
        #"{"id":"a","priority":1234567890123456789012,"token":"t"}"#, #"{"id":"a","priority":0,"token":"t""#,
        #"{"id":"a","meta":{"region":"eu"},"priority":0,"token":"t"}"#, "", "{",
    ])
    func `Any other form is left to the decoder`(text: String) {
        let read = Array(text.utf8).withUnsafeBufferPointer(LeadershipRecord.init(canonical:))
        #expect(read == nil)
    }

    @Test func `Cut off anywhere, a record is not taken for one`() {
        let json = LeadershipRecord(id: "a", token: "t", meta: Self.meta).json
        for length in 0..<json.count {
            let read = json.prefix(length).withUnsafeBufferPointer(LeadershipRecord.init(canonical:))
            #expect(read == nil)
        }
    }
}
