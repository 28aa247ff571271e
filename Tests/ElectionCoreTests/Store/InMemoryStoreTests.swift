import ElectionCore
import Testing

@Suite("Stores that share a server in memory", .timeLimit(.minutes(5)))
struct InMemoryStoreTests {
    private let role: Role
    private let other: Role
    private let server = MemoryServer(now: { .ms(5) })

    init() throws {
        role = try Role("a")
        other = try Role("b")
    }

    private func put(_ id: UInt64, if revision: UInt64) -> StoreWrite {
        StoreWrite(id: id, value: .record(LeadershipRecord(id: "x", token: "t")), expectedRevision: revision)
    }

    /// Runs the store until `finish` says that it has seen enough; returns what was delivered, as text.
    private func delivered(
        _ store: InMemoryStore,
        _ roles: [Role],
        until finish: @escaping @Sendable (StoreEvent) -> Bool
    ) async -> [String] {
        let (events, continuation) = AsyncStream.makeStream(of: StoreEvent.self)
        return await withTaskGroup(of: Void.self) { group in
            group.addTask { await store.run(roles: roles) { continuation.yield($0) } }
            var texts: [String] = []
            for await event in events {
                texts.append(text(event))
                if finish(event) { break }
            }
            group.cancelAll()
            return texts
        }
    }

    private func text(_ event: StoreEvent) -> String {
        switch event {
        case .connected(let connection): "connected \(connection.server)"
        case .disconnected: "disconnected"
        case .synced: "synced"
        case .observed(let role, let entry, let at): "\(role) holds \(entry.revision) at \(milliseconds(at))"
        case .written(let role, let id, let outcome, _): "\(role) #\(id) \(outcome)"
        case .presence(let id, let entry, _): "\(id) present by \(entry.revision)"
        case .session(let id, let entry, _): "session of \(id) by \(entry.revision)"
        case .sessionWritten(let id, let write, let outcome, _): "session of \(id) #\(write) \(outcome)"
        case .sessionRead(let id, let entry, _): "session of \(id) read \(entry?.revision ?? 0)"
        case .announced(let id, let outcome, _): "#\(id) \(outcome)"
        case .lost(let connection, _): "lost \(connection.client)"
        case .read(let role, let entry, _): "\(role) reads \(entry?.revision ?? 99)"
        }
    }

    @Test("a run begins with the connection, each role's entry, and the sync")
    func beginning() async {
        let texts = await delivered(InMemoryStore(server: server), [role, other]) {
            if case .synced = $0 { true } else { false }
        }
        #expect(texts == ["connected memory", "a holds 0 at 5", "b holds 0 at 5", "synced"])
    }

    @Test("a write is answered and observed, a read answered")
    func writesAndReads() async {
        let store = InMemoryStore(server: server)
        let texts = await delivered(store, [role]) { event in
            switch event {
            case .synced: store.write(put(1, if: 0), role: role)
            case .observed(_, .record(_, revision: 1), _): store.write(put(2, if: 0), role: role)
            case .written(_, id: 2, _, _): store.read(role)
            case .read: return true
            case .connected, .disconnected, .observed, .written, .presence, .announced, .session,
                .sessionWritten, .sessionRead, .lost:
                break
            }
            return false
        }
        #expect(
            texts.dropFirst(3) == [
                "a #1 acknowledged(revision: 1)", "a holds 1 at 5",
                "a #2 rejected(lastRevision: Optional(1))", "a reads 1",
            ]
        )
    }

    @Test("one store's write reaches another, for the roles it runs")
    func sharing() async {
        let writer = InMemoryStore(server: server)
        let texts = await delivered(InMemoryStore(server: server), [other]) { event in
            switch event {
            case .observed(_, .record, _): true
            case .synced, .connected, .disconnected, .observed, .written, .read, .presence, .announced, .session,
                .sessionWritten, .sessionRead, .lost:
                false
            }
        } during: {
            _ = await delivered(writer, [role, other]) { event in
                switch event {
                case .synced:
                    writer.write(put(1, if: 0), role: role)
                    writer.write(put(2, if: 0), role: other)
                    return false
                case .written(_, id: 2, _, _): return true
                case .connected, .disconnected, .observed, .written, .read, .presence, .announced, .session,
                    .sessionWritten, .sessionRead, .lost:
                    return false
                }
            }
        }
        #expect(texts.last == "b holds 2 at 5")
        #expect(!texts.contains("a holds 1 at 5"))
    }

    @Test("a presence is answered, reaches all, and is shown to who comes later; withdrawn, it leaves a marker")
    func presence() async {
        let store = InMemoryStore(server: server)
        let record = LeadershipRecord(id: "x", token: "")
        let texts = await delivered(store, [role]) { event in
            switch event {
            case .synced: store.announce(record, id: 1)
            case .presence(_, .record, _): store.announce(nil, id: 2)
            case .presence(_, .marker, _): return true
            case .connected, .disconnected, .observed, .written, .read, .presence, .announced, .session,
                .sessionWritten, .sessionRead, .lost:
                break
            }
            return false
        }
        #expect(
            texts.dropFirst(3) == [
                "#1 acknowledged(revision: 1)", "x present by 1", "#2 acknowledged(revision: 2)", "x present by 2",
            ]
        )
        let later = await delivered(InMemoryStore(server: server), [role]) {
            if case .synced = $0 { true } else { false }
        }
        #expect(later == ["connected memory", "a holds 0 at 5", "x present by 2", "synced"])
    }

    @Test("the end of a run is a disconnection for itself, and a lost connection for others")
    func loss() async {
        let (ready, signal) = AsyncStream.makeStream(of: Void.self)
        let texts = await delivered(InMemoryStore(server: server), [role]) { event in
            if case .synced = event { signal.finish() }
            return if case .lost = event { true } else { false }
        } during: {
            for await _ in ready {}
            let ending = InMemoryStore(server: server)
            let (seen, sink) = AsyncStream.makeStream(of: String.self)
            let run = Task {
                await ending.run(roles: [role]) { sink.yield(text($0)) }
                sink.finish()
            }
            var last = ""
            for await text in seen {
                last = text
                if text == "synced" { run.cancel() }
            }
            #expect(last == "disconnected")
        }
        #expect(texts.last == "lost 2")
    }

    @Test("what is asked of a store that doesn't run is never answered, and never done")
    func notRunning() async {
        let store = InMemoryStore(server: server)
        store.write(put(1, if: 0), role: role)
        store.read(role)
        let texts = await delivered(store, [role]) { if case .synced = $0 { true } else { false } }
        #expect(texts == ["connected memory", "a holds 0 at 5", "synced"])
    }

    @Test("a store may run again")
    func secondRun() async {
        let store = InMemoryStore(server: server)
        for _ in 0..<2 {
            let texts = await delivered(store, [role]) { if case .synced = $0 { true } else { false } }
            #expect(texts.last == "synced")
        }
    }

    private func delivered(
        _ store: InMemoryStore,
        _ roles: [Role],
        until finish: @escaping @Sendable (StoreEvent) -> Bool,
        during other: @escaping @Sendable () async -> Void
    ) async -> [String] {
        async let texts = delivered(store, roles, until: finish)
        await other()
        return await texts
    }
}
