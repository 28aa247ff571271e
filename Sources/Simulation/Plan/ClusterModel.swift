/// What a simulated cluster takes for what: of a real store and real processes, as they were measured, or drawn for a search.
/// All spans are in nanoseconds.
package struct ClusterModel: Hashable, Sendable, Codable {
    /// From the sending of a request until the server has it.
    package var request: Latency
    /// From the server's answer until the process has it.
    package var answer: Latency
    /// The same for what is delivered to a watch.
    package var watch: Latency
    /// How long the server is busy with a request: others wait meanwhile.
    package var service: Int64
    /// The same for each delivery to a watch.
    package var delivery: Int64
    /// How late a timer of a process is.
    package var timer: Latency
    /// From a promotion, or a demotion, until the callback begins.
    package var callback: Latency
    /// From the end of a process until the server has seen that its connection is closed, and tells the others.
    package var disconnection: Latency
    /// From the moment at which the server can be reached until a connection stands.
    package var connection: Latency
    /// From the start of a process until it does anything.
    package var start: Latency
    /// From the moment at which nothing passes any more until the client library gives a connection up.
    package var silence: Latency
    /// How long a cluster takes to elect another leader of the bucket's stream.
    package var streamElection: Latency

    package init(
        request: Latency,
        answer: Latency,
        watch: Latency,
        service: Int64,
        delivery: Int64,
        timer: Latency,
        callback: Latency,
        disconnection: Latency,
        connection: Latency,
        start: Latency,
        silence: Latency,
        streamElection: Latency
    ) {
        self.request = request
        self.answer = answer
        self.watch = watch
        self.service = service
        self.delivery = delivery
        self.timer = timer
        self.callback = callback
        self.disconnection = disconnection
        self.connection = connection
        self.start = start
        self.silence = silence
        self.streamElection = streamElection
    }

    /// A nats-server and instances on one machine of two cores.
    package static let local = ClusterModel(
        request: Latency(quantiles: [30_000, 60_000, 80_000, 120_000, 900_000]),
        answer: Latency(quantiles: [40_000, 80_000, 110_000, 180_000, 1_500_000]),
        watch: Latency(quantiles: [40_000, 90_000, 150_000, 300_000, 2_000_000]),
        service: 8_000,
        delivery: 1_500,
        timer: Latency(quantiles: [20_000, 60_000, 90_000, 150_000, 2_000_000]),
        callback: Latency(quantiles: [20_000, 40_000, 60_000, 100_000, 1_000_000]),
        disconnection: Latency(quantiles: [300_000, 600_000, 1_000_000, 2_000_000, 6_000_000]),
        connection: Latency(quantiles: [2_000_000, 4_000_000, 10_000_000]),
        start: Latency(quantiles: [20_000_000, 30_000_000, 60_000_000]),
        silence: Latency(quantiles: [1_000_000_000, 3_000_000_000]),
        streamElection: Latency(quantiles: [4_000_000_000, 9_000_000_000])
    )
}
