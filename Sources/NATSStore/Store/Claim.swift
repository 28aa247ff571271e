import ElectionCore

/// An instance id that this store holds, as long as its connection stands.
///
/// The rule: subscribe to the id's subject first, then ask on it who else is there. No responders: the id is ours. Any
/// answer, or silence: it is taken. Connections don't hear themselves (NoEcho), so only others count.
/// Two that claim at once have both subscribed before either asks, so each hears of the other unless it asked before the
/// other subscribed: both may give up, but never do both go on. In a cluster interest spreads between the servers in
/// milliseconds; two claims within them, at different servers, are not seen. A process that was killed loses its interest
/// with its connection; because the server may see that a moment late, silence is asked again.
struct Claim {
    let id: InstanceID
    let incarnation: Int64
    /// Where others ask whether this incarnation's connection stands; nil where they are not to.
    let aliveSubject: String?
    private let subject: String
    private var subscriptions: [Subscription] = []

    init(id: InstanceID, incarnation: Int64, bucket: BucketSettings, answersProbes: Bool) {
        self.id = id
        self.incarnation = incarnation
        subject = "electbench.\(bucket.name).instance.\(id.name)"
        aliveSubject =
            answersProbes ? StoreLoop.aliveSubject(id: id.name, incarnation: incarnation, bucket: bucket) : nil
    }

    func renewed(on connection: Connection, core: StoreCore) throws(StoreError) -> Claim {
        var copy = self
        copy.subscriptions = []
        for subject in [subject, aliveSubject].compactMap(\.self) {
            copy.subscriptions.append(
                try connection.subscribe(subject, context: .init(core: core, purpose: .claim))
            )
        }
        return copy
    }

    mutating func drop() {
        subscriptions = []
    }

    fileprivate func question() -> String { subject }
}

extension StoreLoop {
    /// - Throws: ``StoreError`` with code `idTaken`, or `cannotConnect`.
    func take(_ id: InstanceID, incarnation: Int64) throws(StoreError) {
        guard let connection else { throw StoreError.storeClosed }
        let wanted = try Claim(id: id, incarnation: incarnation, bucket: bucket, answersProbes: detectsLosses)
            .renewed(on: connection, core: core)
        // So that whoever asks from here on is answered; he gives up even if we do, too.
        claim = wanted
        let deadline = Timestamp.now() + .seconds(1)
        while Timestamp.now() < deadline {
            switch request(wanted.question(), [], timeout: .milliseconds(100)) {
            case .noResponders:
                // The connection has a number from now on.
                sayConnected()
                return
            case .payload(let incarnation):
                claim = nil
                throw StoreError(
                    .idTaken,
                    "instance id \(id) is taken by incarnation \(String(decoding: incarnation, as: UTF8.self)): "
                        + "stop it or give another id"
                )
            case nil: break
            }
        }
        claim = nil
        throw StoreError(
            .idTaken,
            "instance id \(id) is taken by a process that does not answer: end it or give another id"
        )
    }
}
