import ElectionCore
import Testing

@Suite("Names")
struct NamesTests {
    @Test(
        "JetStream's key alphabet is taken",
        arguments: [
            "a", "A-Z_0/9=x", "role.with.dots", "-", "=", "/", "_", String(repeating: "x", count: 300),
        ]
    )
    func sound(name: String) throws {
        #expect(try Role(name).name == name)
        #expect(try InstanceID(name).description == name)
    }

    @Test(
        "what NATS cannot carry is refused",
        arguments: [
            "", ".", ".a", "a.", "a..b", "a b", "a*", ">", "a\n", "ä", "a\0", "$a", "a,b", "🙂",
        ]
    )
    func unsound(name: String) {
        #expect(throws: ElectionError.self) { _ = try Role(name) }
        let error = #expect(throws: ElectionError.self) { _ = try InstanceID(name) }
        #expect(error?.code == .invalidName)
    }

    @Test("no role stands under a key of the members' presence")
    func presence() throws {
        let error = #expect(throws: ElectionError.self) { _ = try Role(Presence.keyPrefix + "a") }
        #expect(error?.code == .invalidName)
        #expect(try Role("electbench.member").name == "electbench.member")
        #expect(try InstanceID(Presence.keyPrefix + "a").name == "electbench.members.a")
    }

    @Test("of all single bytes, just the alphabet's are taken")
    func everyByte() {
        let taken = (0...127).compactMap { Unicode.Scalar($0) }.map { String($0) }.filter { (try? Role($0)) != nil }
        #expect(taken.joined() == "-/0123456789=ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz")
    }

    @Test("names are ordered as text")
    func order() throws {
        #expect(try [Role("b"), Role("a"), Role("a.b")].sorted().map(\.name) == ["a", "a.b", "b"])
    }
}
