import Testing

@testable import ElectionCore

@Suite("Who ends the standby of many roles")
struct EnlistmentTests {
    private static func order(_ name: String, first: [Int] = []) throws -> [Int] {
        let enlistment = Enlistment()
        enlistment.begin(0..<200, first: first, for: try InstanceID(name))
        var order: [Int] = []
        while let role = enlistment.next() { order.append(role) }
        #expect(enlistment.isOver)
        return order
    }

    @Test("goes through each role once, in an order of its own")
    func ownOrder() throws {
        let (one, two) = (try Self.order("one"), try Self.order("two"))
        #expect(Set(one).count == 200 && Set(two).count == 200)
        #expect(one != two)
        #expect(try Self.order("one") == one)
    }

    @Test("begins with those that fall to it first, in their order")
    func first() throws {
        let order = try Self.order("one", first: [7, 3, 150])
        #expect(Array(order.prefix(3)) == [7, 3, 150])
        #expect(Set(order).count == 200 && order.count == 200)
    }

    @Test("has the first ones for its own only until their standby has ended")
    func done() throws {
        let enlistment = Enlistment()
        enlistment.begin(0..<200, first: [7], for: try InstanceID("one"))
        #expect(enlistment.isFirst(7) && !enlistment.isFirst(8))
        enlistment.ended(7)
        #expect(!enlistment.isFirst(7))
    }
}
