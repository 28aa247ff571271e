import ElectionCore
import Synchronization

/// What this instance answers to `isLeader`, the function that users call: what its elections say, unless it is sabotaged.
///
/// Whoever acts on the answer, or writes it down, asks here.
struct Beliefs: Sendable {
    let manager: RoleManager
    let sabotaged: SabotagedBeliefs?

    /// The term in which it leads the role by its own answer; nil where the answer is that it doesn't.
    func term(of role: Role) -> UInt64? {
        let election = manager.isLeader(role) ? manager.term(of: role) : nil
        guard let sabotaged else { return election }
        return sabotaged.term(of: role, election: election)
    }

    /// The same of many roles, by name.
    func terms(of roles: [Role]) -> [String: UInt64] {
        guard sabotaged != nil else {
            return Dictionary(uniqueKeysWithValues: manager.terms.map { ($0.key.name, $0.value) })
        }
        return termsOneByOne(of: roles)
    }

    func termsOneByOne(of roles: [Role]) -> [String: UInt64] {
        var terms: [String: UInt64] = [:]
        for role in roles { terms[role.name] = term(of: role) }
        return terms
    }
}

/// The answers of a sabotaged instance, role by role.
final class SabotagedBeliefs: Sendable {
    private let beliefs: Mutex<[Role: SabotagedBelief]>

    init(_ sabotage: Sabotage, roles: [Role], settings: ElectionSettings) {
        let honest = SabotagedBelief(sabotage, settings: settings)
        beliefs = Mutex(Dictionary(uniqueKeysWithValues: roles.map { ($0, honest) }))
    }

    func term(of role: Role, election: UInt64?) -> UInt64? {
        beliefs.withLock { $0[role]?.term(election: election, at: .now()) }
    }

    func note(_ role: Role, _ event: ElectionEvent) { beliefs.withLock { $0[role]?.note(event, at: .now()) } }

    func learned(_ role: Role, _ entry: StoredEntry) { beliefs.withLock { $0[role]?.learned(entry) } }
}
