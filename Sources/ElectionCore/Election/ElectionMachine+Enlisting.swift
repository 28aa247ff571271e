/// What a shell needs to know to end the standby of many roles a few at a time.
extension ElectionMachine {

    /// Whether it tries, or is about to try, for a role that nobody is known to lead.
    package var isTrying: Bool {
        guard !standby, case .candidate(_, let tryAt) = state else { return false }
        return pending != nil || (eligible && (tryAt != nil || awaitsRank))
    }

    /// Whether it would try if its standby ended.
    package var knowsVacancy: Bool {
        guard case .candidate(.some, _) = state else { return false }
        return true
    }
}
