/// The last connections that were lost: an event may overtake the last records of its connection.
struct RecentConnections: Sendable {
    private static let most = 256
    private var known: Set<ConnectionID> = []
    private var byAge: [ConnectionID] = []

    func contains(_ connection: ConnectionID) -> Bool { known.contains(connection) }

    mutating func insert(_ connection: ConnectionID) {
        guard known.insert(connection).inserted else { return }
        byAge.append(connection)
        if byAge.count > Self.most { known.remove(byAge.removeFirst()) }
    }
}
