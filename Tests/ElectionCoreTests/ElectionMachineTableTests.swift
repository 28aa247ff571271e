import Testing

@Suite("In each state, each input")
struct ElectionMachineTableTests {
    static let tables =
        TransitionTable.candidates + TransitionTable.leaders + TransitionTable.demotions + TransitionTable.members
        + TransitionTable.handovers

    @Test("does what the table says", arguments: tables)
    func transition(table: TransitionTable) {
        let expected = table.expected
        let actual = table.actual
        for one in actual { #expect(one.result == expected[one.name], "\(table.state) + \(one.name)") }
        #expect(Set(actual.map(\.name)) == Set(expected.keys))
    }
}
