/// What can happen in a run. A reader keeps events that it doesn't know and leaves them out of the analysis.
///
/// Each case names the fields of ``HistoryEntry`` that it fills, besides `t`, `source` and `incarnation`.
package enum HistoryEvent: String, CaseIterable, Sendable {
    // MARK: an instance, of itself

    /// The process runs. `pid`.
    case started
    /// Its watch shows every role; campaigns may begin.
    case ready
    /// Its connection stands. `server`: the server's id.
    case connected
    case disconnected
    /// Every role was settled from the watch after a (re)connection.
    case synced
    /// A role is without a leader in its view: the lease ran out, the key is vacant or released. `role`, `revision`: the key's
    /// last (0: none), `reason`: `expired`, `released`, `missing`.
    case suspected
    /// A write was answered or given up. `role`, `operation`, `outcome`, `due_ns` (renew alone: when it was due), `sent_ns`,
    /// `revision` (where acknowledged or read). `t`: when the answer came.
    case operation
    /// `isLeader` turned true. `role`, `term`, `sent_ns`: of the write that acquired it; `ttl_ns`.
    case acquired
    /// The promote callback starts. `role`, `term`.
    case promoted
    /// `isLeader` turned false. `role`, `term`, `reason` (a ``DemotionReason``). `t`: the last instant at which it may have
    /// answered true.
    case demoted
    /// The demote callback has finished. `role`, `term`, `reason`.
    case steppedDown = "stepped_down"
    /// The delete marker of an orderly demotion was acknowledged. `role`, `term`, `revision`.
    case released
    /// The sampler asked `isLeader` of every role once a second, and of a role past its lease at each sample. `terms`: where it
    /// answered true.
    case believed
    /// Tasks, memory and processor of a process. `roles_led`, `tasks`, `activities`, `threads`, `resident_kb`, `private_kb`,
    /// `cpu_ms`, `descriptors`. Of the servers the driver writes it, with `source` `server-1` …
    case sample
    /// A signal asked it to stop in order. `reason`: the signal.
    case stopping
    /// Every role was released and the process is about to exit with success.
    case stopped

    // MARK: the driver

    /// The run's faults and measures begin at `t`: offsets count from here.
    case runStarted = "run_started"
    /// A phase of the run begins. `name`: `servers`, `instances`, `roles`, `warm_up`, `faults`, `settle`, `stop`.
    case phase
    /// A server answers JetStream requests. `instance`: `server-1` …, `pid`, `server`, `version`.
    case serverReady = "server_ready"
    /// A server of our own is gone. `instance`; `message` where nobody had stopped it.
    case serverExited = "server_exited"
    /// A child process was started. `instance`, `instance_incarnation`, `pid`.
    case spawned
    /// A child process is gone. `instance`, `instance_incarnation`, `status`: `exit 0`, `signal 9` …
    case exited
    /// A fault is about to be applied: `t` is the instant just before. `fault_id`, `fault`, `instance`, `instance_incarnation`,
    /// `due_ns`: when the schedule wanted it.
    case fault
    /// The call that applied it has returned: for a kill the instant of death. `fault_id`, `fault`, `instance`,
    /// `instance_incarnation`.
    case faultApplied = "fault_applied"
    /// Its downtime is over and a new incarnation was started. `fault_id`, `fault`, `instance`, `instance_incarnation` (the new).
    case faultEnded = "fault_ended"
    /// The schedule's victim was not running. `fault_id`, `fault`, `instance`, `instance_incarnation`, `due_ns`, `reason`.
    case faultSkipped = "fault_skipped"
    /// The driver's own timer came late. `t`: when it came, `late_ns`: by how much.
    case late
    /// Ctrl-C or SIGTERM ended the run early. `reason`: the signal.
    case interrupted
    /// The run could not be carried out to its end. `message`: why.
    case failed
    /// Something that a reader of the figures has to know, from the driver or from an instance. `message`.
    case warning
    /// The run is over and everything before is on disk.
    case runEnded = "run_ended"

    // MARK: the observer, with `source` `observer`

    /// The bucket's new entry of a role. `role`, `revision`, `value`: `record`, `marker`, `missing` or `unreadable`; of a record
    /// also `instance`, `instance_incarnation`, `token`, `sent_ns`, `ttl_ns`. `t`: when it was delivered.
    case revision
    /// The observer's watch is whole again; what came between `observer_lost` and here it may have missed.
    case observerSynced = "observer_synced"
    case observerLost = "observer_lost"

    /// The event of a line as ``HistoryEntry/line`` writes it, without decoding the rest.
    package init?(inLine line: [UInt8]) {
        let key = Array("\"event\":\"".utf8)
        guard let start = line.firstRange(of: key)?.upperBound else { return nil }
        let name = line[start...].prefix { $0 != UInt8(ascii: "\"") }
        self.init(rawValue: String(decoding: name, as: UTF8.self))
    }
}
