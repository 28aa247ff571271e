import ElectionCore
import Testing

@testable import ElectBench

@Suite("Numbered roles")
struct RolesTests {
    @Test("have as many digits as the last one needs, so that they sort by number")
    func digits() throws {
        #expect(try Roles.numbered(3).map(\.name) == ["role-1", "role-2", "role-3"])
        let hundred = try Roles.numbered(100)
        #expect(hundred.first?.name == "role-001")
        #expect(hundred[98].name == "role-099")
        #expect(hundred.last?.name == "role-100")
        #expect(hundred == hundred.sorted())
        #expect(Set(hundred).count == 100)
    }

    @Test("are none where none are wanted", arguments: [0, -1])
    func none(count: Int) throws {
        #expect(try Roles.numbered(count).isEmpty)
    }
}
