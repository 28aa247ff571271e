/// Whether the elections kept their promise: at most one leader, and terms that the store grants and that only rise.
package struct Safety: Hashable, Sendable {
    package var terms: Int
    package var overlaps: [Overlap]
    package var fallen: [FallenTerm]
    /// Terms that the store contradicts.
    package var contradicted: [Term]
    /// Leaders that the store had already replaced.
    package var superseded: [Superseded]
    /// Terms that the observer was blind for, so nobody can tell.
    package var unconfirmed: [Term]

    package init(_ terms: Terms, store: StoreView, window: Window) {
        let all = terms.all
        self.terms = all.count
        overlaps = Overlap.all(terms)
        fallen = FallenTerm.all(terms)
        superseded = Superseded.all(terms, store: store)
        contradicted = []
        unconfirmed = []
        for term in all {
            switch store.confirmation(of: term) {
            case .confirmed: break
            case .contradicted: contradicted.append(term)
            // While the run stops the observer may be gone already; a contradiction would still count.
            case .unknown where window.hasBegun && term.belief.start > window.end: break
            case .unknown: unconfirmed.append(term)
            }
        }
    }
}
