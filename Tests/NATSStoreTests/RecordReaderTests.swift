import ElectionCore
import Testing

@testable import NATSStore

@Suite struct RecordReaderTests {
    private static func value(_ random: inout SplitMix64) -> [UInt8] {
        func pick<Element>(_ elements: [Element]) -> Element {
            elements[Int(random.number(below: UInt64(elements.count)))]
        }
        let sent = pick(["1", "12", "13", "99", "012", "-12", "1x", "", "123456789012345678", "1234567890123456789"])
        let id = pick(["a", "a", "a", "b", "\\u0061", #"a\",\"sent\":\"7"#])
        let mark = pick(["", "", "", #","mark":"claim""#])
        let renewed = #""meta":{"incarnation":"1"\#(mark),"sent":"\#(sent)","server":"S","ttl_ns":"3"}"#
        let text = pick([
            #"{"id":"\#(id)",\#(renewed),"priority":0,"token":"t"}"#,
            #"{"id":"\#(id)",\#(renewed),"priority":0,"token":"t"}"#,
            #"{"id":"\#(id)","meta":{"server":"S","sent":"\#(sent)","incarnation":"1","ttl_ns":"3"},"token":"t"}"#,
            #"{"id":"\#(id)","token":"t","sent":"\#(sent)"}"#,
            "nonsense",
        ])
        return Array(text.utf8)
    }

    @Test func `Whatever came before, a record is read as by itself`() {
        var random = SplitMix64(seed: 1)
        var reader = RecordReader()
        for revision in 0..<20_000 as Range<UInt64> {
            let value = Self.value(&random)
            let read = value.withUnsafeBytes { reader.entry(value: $0, revision: revision) }
            #expect(read == StoredEntry(value: value, revision: revision), "\(String(decoding: value, as: UTF8.self))")
        }
    }

    @Test func `A session is known from its first record until its end, by the bytes of its key`() {
        var readers = SessionReaders()
        func id(_ key: String) -> String? { key.withBytes { readers.id(of: $0) } }
        for id in ["a", "b.c"] {
            let read = "s.\(id)".withBytes { key in readers.read(key, of: id) { _ in id } }
            #expect(read == id)
        }
        #expect(id("s.a") == "a" && id("s.b.c") == "b.c")
        for key in ["s.b", "s.", "", "s.aa"] { #expect(id(key) == nil) }
        "s.a".withBytes { readers.forget($0) }
        #expect(id("s.a") == nil && id("s.b.c") == "b.c")
    }

    @Test func `A role is found by the bytes of its key, and nothing else is`() throws {
        let roles = try (0..<1000).map { try Role("role-\($0)") } + [Role("a"), Role("b.c")]
        let keys = RoleKeys(roles)
        func number(_ name: String) -> Int? { name.withBytes { keys[$0] } }
        for (index, role) in roles.enumerated() { #expect(number(role.name) == index) }
        for name in ["role-1000", "role-", "aa", "electbench.members.a", "b.", ""] { #expect(number(name) == nil) }
        #expect("a".withBytes { RoleKeys()[$0] } == nil)
    }
}
