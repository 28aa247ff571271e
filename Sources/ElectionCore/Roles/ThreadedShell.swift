/// Runs an instance's machines on the threads that call it: each role's behind a lock of its own, the roster behind another.
struct ThreadedShell: InstanceShell, Sendable {
    /// What the alarm is set for.
    enum Purpose: Hashable {
        case role(Int)
        case roster, sessions, endOfPatience
        case appointment(Appointment)
    }

    let settings: ElectionSettings
    let slots: [RoleSlot]
    /// Nil where the elections need to know of no members.
    let membership: Membership?
    let sessions: SessionKeeper
    let alarm: Alarm<Purpose>
    let onSession: @Sendable (ElectionEvent) -> Void
    let enlistment = Enlistment()

    var roles: Range<Int> { slots.indices }
    var knowsMembers: Bool { membership != nil }

    func apply(_ role: Int, _ input: (inout ElectionMachine, Timestamp) -> [Directive]) { slots[role].apply(input) }

    func follow(_ role: Int, _ entry: StoredEntry, _ standing: Standing) -> Bool {
        slots[role].follow(entry, standing)
    }

    func ask<Answer: Sendable>(_ role: Int, _ question: (borrowing ElectionMachine, Timestamp) -> Answer) -> Answer {
        slots[role].ask(question)
    }

    func applyToRoster<Result: Sendable>(
        _ input: (inout Roster, Timestamp) -> (Result, [Roster.Action])
    ) -> Result? {
        membership?.apply(input)
    }

    func applyToSessions(_ input: (inout Sessions, Timestamp) -> [Sessions.Action]) {
        for action in sessions.apply(input) { follow(action) }
    }

    func reportSession(_ event: ElectionEvent) { onSession(event) }

    func askSessions<Answer: Sendable>(_ question: (inout Sessions, Timestamp) -> Answer) -> Answer {
        sessions.ask(question)
    }

    func arrange(_ appointment: Appointment, after delay: Duration) {
        alarm.arm(.appointment(appointment), at: .now() + delay)
    }
}
