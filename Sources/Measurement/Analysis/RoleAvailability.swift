import ElectionCore

/// How long nobody believed to lead a role in the measured part of the run.
package struct RoleAvailability: Hashable, Sendable {
    package var role: String
    package var leaderless: Duration
    package var measured: Duration

    /// 1 − leaderless ÷ measured; nil where nothing was measured.
    package var availability: Double? {
        measured > .zero ? 1 - leaderless / measured : nil
    }

    /// Every role of the settings and every role that somebody led, by name.
    package static func all(_ terms: Terms, roles: [String], window: Window) -> [RoleAvailability] {
        Set(roles).union(terms.byRole.keys).sorted().map { role in
            RoleAvailability(
                role: role,
                leaderless: window.span.uncovered(by: terms[role: role].map(\.belief)),
                measured: window.span.length
            )
        }
    }
}
