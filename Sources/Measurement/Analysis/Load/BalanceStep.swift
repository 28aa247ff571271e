import ElectionCore

/// A stretch in which nobody began or ceased to live or to lead.
struct BalanceStep {
    var span: Span
    /// Live instances.
    var live: Int
    /// Nil without live instances.
    var spread: Int?
    var isBalanced: Bool

    /// By time, without gaps, from the first birth to the end of the history.
    static func all(_ terms: Terms, lives: Lives, roles: Set<String>, window: Window) -> [BalanceStep] {
        var count = Count(instances: lives.instances.count, roles: roles.count)
        let turns = turns(terms, lives: lives, roles: roles, historyEnd: window.historyEnd)
        var steps: [BalanceStep] = []
        for (index, turn) in turns.enumerated() {
            count.add(turn.by, to: turn.figure)
            let end = index + 1 < turns.count ? turns[index + 1].at : window.historyEnd
            // What comes at one instant is one turn.
            if turn.at < end { steps.append(count.step(Span(turn.at, end))) }
        }
        return steps
    }

    private typealias Turn = (at: Timestamp, figure: Count.Figure, by: Int)

    private static func turns(_ terms: Terms, lives: Lives, roles: Set<String>, historyEnd: Timestamp) -> [Turn] {
        let instances = Dictionary(uniqueKeysWithValues: lives.instances.enumerated().map { ($1, $0) })
        let roles = Dictionary(uniqueKeysWithValues: roles.sorted().enumerated().map { ($1, $0) })
        var turns: [Turn] = []
        func note(_ span: Span, _ figure: Count.Figure) {
            guard span.start < span.end else { return }
            turns += [(span.start, figure, 1), (span.end, figure, -1)]
        }
        for process in lives.births.keys {
            guard let instance = instances[process.instance] else { continue }
            note(lives.life(process, until: historyEnd), .lives(instance))
        }
        for term in terms.byRole.values.joined() {
            if let instance = instances[term.holder.instance] { note(term.belief, .leads(instance)) }
            if let role = roles[term.role] { note(term.belief, .led(role)) }
        }
        return turns.sorted { $0.at < $1.at }
    }
}

/// Who lives and who leads at an instant, by index.
private struct Count {
    enum Figure {
        /// Processes of an instance.
        case lives(Int)
        /// Roles that an instance leads.
        case leads(Int)
        /// Leaders of a role.
        case led(Int)
    }

    private var lives: [Int]
    private var leads: [Int]
    private var led: [Int]
    private var leaderless: Int

    init(instances: Int, roles: Int) {
        lives = Array(repeating: 0, count: instances)
        leads = lives
        led = Array(repeating: 0, count: roles)
        leaderless = roles
    }

    mutating func add(_ difference: Int, to figure: Figure) {
        switch figure {
        case .lives(let instance): lives[instance] += difference
        case .leads(let instance): leads[instance] += difference
        case .led(let role):
            let wasLed = led[role] > 0
            led[role] += difference
            leaderless += (wasLed ? 1 : 0) - (led[role] > 0 ? 1 : 0)
        }
    }

    func step(_ span: Span) -> BalanceStep {
        let loads = leads.indices.filter { lives[$0] > 0 }.map { leads[$0] }
        let spread = loads.max().flatMap { most in loads.min().map { most - $0 } }
        let isBalanced = leaderless == 0 && spread.map { $0 <= 1 } ?? false
        return BalanceStep(span: span, live: loads.count, spread: spread, isBalanced: isBalanced)
    }
}
