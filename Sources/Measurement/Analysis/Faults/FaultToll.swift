/// What a fault cost the leaders that it concerned. Roles are counted, by belief.
package struct FaultToll: Hashable, Sendable {
    /// Led by a victim just before the fault; of a fault on servers, by anybody.
    package var led = 0
    /// Taken from their leader by this fault: its rows in failovers.csv.
    package var taken = 0
    /// Led then, and not lost through this fault. A fault that ends processes leaves none.
    package var kept = 0

    package init(led: Int = 0, taken: Int = 0, kept: Int = 0) {
        self.led = led
        self.taken = taken
        self.kept = kept
    }
}
