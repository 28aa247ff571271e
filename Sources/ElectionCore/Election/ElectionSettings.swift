/// What one election is decided by.
public struct ElectionSettings: Hashable, Sendable {
    public var instance: InstanceID
    /// Which life of the instance this is: a later life has a higher number.
    public var incarnation: Int64
    public var timing: LeaseTiming
    public var lease: LeaseScope
    public var detector: Detector
    public var campaign: Campaign
    /// Of followers, those of the highest priority come first in a ranked campaign.
    public var priority: Int
    /// Needs a ranked campaign, as ``balances`` does.
    public var takeover: Takeover
    /// Whether it gives roles to members that lead fewer, one by one.
    public var balances: Bool
    /// How often a leader compares the store's token with its own, above zero; nil: never, the watch tells.
    public var validationInterval: Duration?
    /// Follow, but don't campaign until ``RoleManager/enlist()``.
    public var startsOnStandby: Bool
    /// Whether its renewals go out in bursts: that of one role with those of others that the instance leads. It pays where many
    /// instances of a host follow each other; the leases of a burst's roles end together.
    public var gathersRenewals = false

    public init(
        instance: InstanceID,
        incarnation: Int64,
        timing: LeaseTiming,
        lease: LeaseScope = .role,
        detector: Detector = .lease,
        campaign: Campaign = .race(spread: Campaign.defaultSpread),
        priority: Int = 0,
        takeover: Takeover = .none,
        balances: Bool = false,
        validationInterval: Duration? = nil,
        startsOnStandby: Bool = false
    ) {
        self.instance = instance
        self.incarnation = incarnation
        self.timing = timing
        self.lease = lease
        self.detector = detector
        self.campaign = campaign
        self.priority = priority
        self.takeover = takeover
        self.balances = balances
        self.validationInterval = validationInterval
        self.startsOnStandby = startsOnStandby
    }

    /// What the records say of a connection. A leader by its lease alone doesn't give up when its connection is lost, so nobody
    /// else may take over then: it names none.
    package func named(_ connection: ConnectionID) -> ConnectionID {
        switch detector {
        case .connection: connection
        case .lease: ConnectionID(server: connection.server, client: 0)
        }
    }

    /// When the instance's bursts are: spread over the interval, but at the same 8 instants as those of all instances of a host.
    /// The server writes a follower at once what several instances send it at the same time. Where an instance has up to 8 bursts,
    /// those are at such instants, too.
    var renewalPhase: Duration {
        let turn = Rendezvous.weight(Rendezvous.hash(instance.name), 0) % 8
        return timing.heartbeat / 8 * Int(turn)
    }

    var isRanked: Bool {
        switch campaign {
        case .race: false
        case .ranked: true
        }
    }

    /// Until when a follower takes a record's writer for the leader.
    func heldUntil(received: Timestamp, recordTTL: Duration?) -> Timestamp {
        timing.followerEnd(received: received, recordTTL: recordTTL)
    }

    /// How long a write may go without an answer before the store is asked what became of it.
    var answerTimeout: Duration { timing.heartbeat }
    /// How long a lost race waits for the watch to show the winner before it reads.
    var watchPatience: Duration { min(.milliseconds(50), timing.heartbeat) }
    /// The pause after a write that the store refused or that could not be sent.
    var retryDelay: Duration { max(.milliseconds(10), timing.heartbeat / 20) }
}
