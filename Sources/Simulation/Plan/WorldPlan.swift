package import ElectionCore

/// All that decides a world: the same plan has the same history, event by event, on any machine.
package struct WorldPlan: Sendable {
    /// One instance through all its lives.
    package struct Host: Sendable {
        /// Its incarnation is set for each life.
        package var settings: ElectionSettings
        package var clock: HostClock
        /// Whether the server tells it of lost connections; where it doesn't, it asks.
        package var hearsLosses: Bool
        /// When its first life begins; nil: when who runs the world says so.
        package var begins: Int64?
        /// From its begin until it campaigns; nil: until it is told to. Only for who starts on standby.
        package var standby: Int64?

        package init(
            settings: ElectionSettings,
            clock: HostClock = HostClock(),
            hearsLosses: Bool = true,
            begins: Int64? = nil,
            standby: Int64? = nil
        ) {
            self.settings = settings
            self.clock = clock
            self.hearsLosses = hearsLosses
            self.begins = begins
            self.standby = standby
        }
    }

    package var seed: UInt64
    package var hosts: [Host]
    package var roles: [Role]
    package var model: ClusterModel
    package var conditions: Conditions
    package var faults: [WorldFault]
    /// How long the bucket keeps a record; nil: for ever.
    package var ageLimit: Duration?
    /// How many servers form the store: 1, or 3 of which any two do.
    package var servers: Int

    package init(
        seed: UInt64,
        hosts: [Host],
        roles: [Role],
        model: ClusterModel,
        conditions: Conditions = Conditions(),
        faults: [WorldFault] = [],
        ageLimit: Duration?,
        servers: Int = 1
    ) {
        self.seed = seed
        self.hosts = hosts
        self.roles = roles
        self.model = model
        self.conditions = conditions
        self.faults = faults
        self.ageLimit = ageLimit
        self.servers = servers
    }

    /// Whether roles that merely follow can rest: their leaders' records alone say when there is something to do, they do the same for
    /// all, and nothing goes wrong by chance.
    package var isSteady: Bool {
        conditions == Conditions()
            && hosts.allSatisfy { host in
                let settings = host.settings
                return settings.lease == .role && !Roster.isNeeded(settings)
                    && settings.timing == hosts[0].settings.timing
                    && settings.startsOnStandby && host.standby == nil && host.begins == nil
            }
    }

    package var longestTTL: Int64 { hosts.map(\.settings.timing.ttl.nanoseconds).max() ?? 0 }
    package var shortestTTL: Int64 { hosts.map(\.settings.timing.ttl.nanoseconds).min() ?? 0 }
}
