#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

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
    /// A role is without a leader in its view: the lease ran out, the key is vacant or released, the leader's connection is
    /// closed, or the leader gave it the role. `role`, `revision`: the key's last (0: none), `reason` (a ``VacancyReason``).
    case suspected
    /// A write was answered or given up. `role` (none: the key of the instance's session), `operation`, `outcome`, `due_ns` (renew
    /// alone: when it was due), `sent_ns`, `revision` (where acknowledged or read). `t`: when the answer came.
    case operation
    /// `isLeader` turned true. `role`, `term`, `sent_ns`: what its lease counts from, the sending of the write that acquired
    /// it, or of an own earlier one where the role was transferred; `ttl_ns`.
    case acquired
    /// The promote callback starts. `role`, `term`.
    case promoted
    /// `isLeader` turned false. `role`, `term`, `reason` (a ``DemotionReason``). `t`: the last instant at which it may have
    /// answered true.
    case demoted
    /// The demote callback has finished. `role`, `term`, `reason`.
    case steppedDown = "stepped_down"
    /// What ends an orderly demotion was acknowledged: a delete marker, or a record that names a successor. `role`, `term`,
    /// `revision`, `instance`: the successor, where there is one.
    case released
    /// The sampler asked `isLeader`: once a second, or each fifth of a ttl, of all roles or of those led, and of a role past its lease
    /// each 20 ms. `terms`: where it answered true.
    case believed
    /// Tasks, memory and processor of a process. `roles_led`, `tasks`, `activities`, `threads`, `resident_kb`, `private_kb`,
    /// `cpu_ms`, `descriptors`. Of the servers the driver writes it, with `source` `server-1` …; of our own with `messages_in`,
    /// `messages_out`, `bytes_in`, `bytes_out`, which the server counted since its start.
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
    /// A life of a server of our own accepts connections; once for a server of the user's, when its bucket was found. `instance`:
    /// `server-1` …, `pid` of our own, `server`: its id, which instances name in `connected`, `version`.
    case serverReady = "server_ready"
    /// A server of our own is gone. `instance`; `message` where nobody had stopped it.
    case serverExited = "server_exited"
    /// A child process was started. `instance`, `instance_incarnation`, `pid`.
    case spawned
    /// A child process is gone. `instance`, `instance_incarnation`, `status`: `exit 0`, `signal 9` …
    case exited
    /// A fault is about to be applied to one victim: `t` is the instant just before. A fault of several victims has an entry for
    /// each, with one `fault_id`. `fault_id`, `fault`, `target`: what is hit, `instance`, `link` or `server`; `instance`: the
    /// victim, an instance id (for a link, that of its instance) or `server-1` …; `instance_incarnation` unless it is a server;
    /// `due_ns`: when the schedule wanted it, `duration_ns`: for how long, `detail`: what else was drawn, such as
    /// `to-server` or `latency 120ms`.
    case fault
    /// The call that applied it has returned: for a kill the instant of death. `fault_id`, `fault`, `target`, `instance`,
    /// `instance_incarnation`.
    case faultApplied = "fault_applied"
    /// It is undone: a new incarnation was started, the link passes everything again, the server runs and accepts connections.
    /// `fault_id`, `fault`, `target`, `instance`, `instance_incarnation` (the new, where there is one).
    case faultEnded = "fault_ended"
    /// There was nobody to hit. `fault_id`, `fault`, `target`, `instance`, `instance_incarnation`, `due_ns`, `reason`.
    case faultSkipped = "fault_skipped"
    /// The store stopped answering the driver's probe: no server, or no leader of the bucket's stream. `t`: when the first
    /// request that got no answer was sent.
    case storeLost = "store_lost"
    /// It answers again: the bucket's stream has a leader. `server`: the name of the server that leads it. Also once at the start.
    case storeReady = "store_ready"
    /// What a link adds to a write's round trip, measured before the instances start. `count`: round trips of each kind,
    /// `direct_ns` and `linked_ns`: their medians.
    case linkCost = "link_cost"
    /// The driver's own timer came late. `t`: when it came, `late_ns`: by how much.
    case late
    /// Ctrl-C or SIGTERM ended the run early. `reason`: the signal.
    case interrupted
    /// A threshold was crossed, or a promise broken, and the run was to end then. `reason`: the threshold's text, or `unsafe`;
    /// `message`: what was measured.
    case aborted
    /// The run could not be carried out to its end. `message`: why.
    case failed
    /// Something that a reader of the figures has to know, from the driver or from an instance. `message`.
    case warning
    /// The run is over and everything before is on disk.
    case runEnded = "run_ended"

    // MARK: the observer, with `source` `observer`

    /// The bucket's new entry of a role. `role`, `revision`, `value`: `record`, `marker`, `missing` or `unreadable`; of a record
    /// also `instance`, `instance_incarnation`, `token`, `sent_ns`, `ttl_ns`, and `mark` where it is no leader's own word:
    /// `transfer`, written by the leader before, which gave the role to `instance`; `claim`, of one that does not lead yet.
    /// `t`: when it was delivered.
    case revision
    /// A write on the key of an instance's session, on which all roles rest that it leads. `instance`, `revision`, `value`: `record` or
    /// `tombstone`; of a record also `instance_incarnation`, `token`, `sent_ns`, `ttl_ns`. `t`: when it was delivered.
    case session
    /// The observer's watch is whole again; what came between `observer_lost` and here it may have missed.
    case observerSynced = "observer_synced"
    case observerLost = "observer_lost"

    // MARK: the ledger's reader, with `source` `ledger`

    /// An entry of the ledger, in the order in which the store accepted them. `role`, `term`, `instance`,
    /// `instance_incarnation`, `sent_ns`, `revision`: its number in the ledger. `t`: when it was delivered.
    case ledger
    /// The ledger's reader may have missed entries before this.
    case ledgerGap = "ledger_gap"

    /// The event of a line as ``HistoryEntry/line`` writes it, without decoding the rest.
    package init?(inLine line: [UInt8]) {
        let name: String? = line.withUnsafeBytes { line in
            let key: StaticString = "\"event\":\""
            let length = key.utf8CodeUnitCount
            var start = 0
            while start + length <= line.count, let base = line.baseAddress {
                // Few keys begin like it: mostly one byte is looked at.
                guard line[start + 1] == key.utf8Start[1], memcmp(base + start, key.utf8Start, length) == 0 else {
                    start += 1
                    continue
                }
                return String(decoding: line[(start + length)...].prefix { $0 != UInt8(ascii: "\"") }, as: UTF8.self)
            }
            return nil
        }
        guard let name else { return nil }
        self.init(rawValue: name)
    }
}
