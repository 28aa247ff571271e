/// A term whose number is not above all earlier ones of its role: as a fencing token it would let an old leader in.
package struct FallenTerm: Hashable, Sendable {
    /// The highest term before it.
    package var earlier: Term
    package var later: Term

    package static func all(_ terms: Terms) -> [FallenTerm] {
        terms.byRole.keys.sorted().flatMap { role -> [FallenTerm] in
            var fallen: [FallenTerm] = []
            var highest: Term?
            for term in terms[role: role] {
                if let earlier = highest, term.number <= earlier.number {
                    fallen.append(FallenTerm(earlier: earlier, later: term))
                } else {
                    highest = term
                }
            }
            return fallen
        }
    }
}
