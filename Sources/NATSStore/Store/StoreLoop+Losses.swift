import ElectionCore
import Logging

/// A question whether a connection of another instance stands.
///
/// Its instance subscribes to a subject of its own on each connection before it writes anything there, and the server drops
/// the subscription with the connection. So a server that has the connection and says that nobody listens says that it is
/// closed; another server may just not know. Hence the question counts only where it and its answer went over one
/// connection, to that very server.
struct Probe {
    let connection: ConnectionID
    /// Our own connection when it was asked.
    let asker: ConnectionID
}

/// How it becomes known that connections of others are lost.
extension StoreLoop {
    /// More questions than these don't wait for an answer at once.
    private static let mostProbes: UInt64 = 256
    private static let checkLimit = Duration.milliseconds(500)
    /// How long one connection's event is waited for; interest may still have to spread through a cluster.
    private static let eventLimit = Duration.milliseconds(150)

    /// Where an incarnation is asked whether its connection stands.
    static func aliveSubject(id: String, incarnation: Int64, bucket: BucketSettings) -> String {
        "electbench.\(bucket.name).alive.\(id).\(incarnation)"
    }

    // MARK: The servers' events

    /// Opens and closes connections until the servers' word of that arrives.
    ///
    /// - Returns: what is missing, for a person to read; nil where the events arrive.
    func missingDisconnects() -> String? {
        // So that the subscription is there first.
        connection?.flush(timeout: Self.checkLimit)
        var check = settings
        check.name = "\(settings.name): checks whether disconnect events arrive"
        let deadline = Timestamp.now() + Self.checkLimit
        while Timestamp.now() < deadline {
            let number: UInt64
            do throws(StoreError) {
                guard let opened = try openAndClose(check) else { continue }
                number = opened
            } catch {
                return Self.missing("the connection that was to check it failed: \(error)")
            }
            if response(to: number, until: min(deadline, .now() + Self.eventLimit)) != nil { return nil }
        }
        return Self.missing("that of a test connection did not arrive within \(Self.checkLimit)")
    }

    /// - Returns: the number under which the event is going to be known; nil where the connection didn't last so long.
    private func openAndClose(_ settings: ConnectionSettings) throws(StoreError) -> UInt64? {
        let other = try Connection.make(
            settings,
            avoiding: nil,
            leaseTTL: bucket.leaseTTL,
            context: ConnectionContext(core: core, number: Self.noConnection, patience: .zero)
        )
        guard let id = other.id else { return nil }
        let number = nextRequest()
        core.awaitLoss(of: id, as: number)
        return number
    }

    private static func missing(_ why: String) -> String {
        "the servers' disconnect events don't come on \(DisconnectEvent.subject) (\(why)): whether a leader's connection is lost "
            + "is found by asking for it when its heartbeat is late, and only between instances on the same server; else "
            + "its lease decides. Import $SYS.ACCOUNT.<account>.DISCONNECT from the system account, as in the README, "
            + "\"Which detector\""
    }

    // MARK: Questions

    /// Whether others who ask for the present connection are answered as long as it stands: only then may it have a number
    /// that they could take it for lost by.
    func answersProbes(on connection: Connection) -> Bool {
        guard let subject = claim?.aliveSubject else { return false }
        // The server's refusal of a subscription comes before its answer to this.
        guard connection.flush(timeout: settings.connectTimeout) else {
            core.logger.warning("the server is slow: others wait for this instance's lease when its connection is lost")
            return false
        }
        guard !connection.wasRefusedSubject else {
            core.logger.warning(
                "the server refuses a subscription, perhaps that to \(subject): others wait for this instance's lease when its connection is lost"
            )
            return false
        }
        return true
    }

    func probe(_ connection: ConnectionID, of id: String, incarnation: Int64) {
        guard core.isUp, let own = self.connection, let asker = own.id, asker.server == connection.server,
            asker != connection, connection.client != 0,
            // Another program's record may have an id that is no part of a subject.
            let id = try? InstanceID(id)
        else { return }
        lastProbe += 1
        let subject = Self.aliveSubject(id: id.name, incarnation: incarnation, bucket: bucket)
        probes[lastProbe] = Probe(connection: connection, asker: asker)
        probes[lastProbe &- Self.mostProbes] = nil
        publish(subject, [], reply: .probe(lastProbe))
    }

    /// The server says that nobody listens where a probe asked.
    func unanswered(probe number: UInt64, at now: Timestamp) {
        guard let probe = probes.removeValue(forKey: number), connection?.id == probe.asker else { return }
        core.lost(probe.connection, now: now)
    }
}
