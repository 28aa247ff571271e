import Chaos
import ElectionCore
import Glibc
import Testing

@Suite(.timeLimit(.minutes(1))) struct ChildSignalTests {
    @Test func `a signal's call lies between its two instants`() async throws {
        let start = Timestamp.now()
        let shell = Shell("echo ready; exec sleep 1000")
        let exit = try await shell.run(until: "ready\n") { process in
            let delivery = process.send(.kill)
            #expect(delivery.outcome == .sent)
            #expect(start < delivery.before)
            #expect(delivery.before <= delivery.after)
            #expect(delivery.after <= .now())
        }
        #expect(exit.status == .signaled(9))
        #expect(exit.at > start)
    }

    @Test func `nobody is signalled before the start and after the end`() async throws {
        let shell = Shell("true")
        #expect(shell.process.pid == nil)
        #expect(shell.process.send(.kill).outcome == .gone)
        _ = try await shell.run()
        #expect(shell.process.pid != nil)
        #expect(shell.process.send(.kill).outcome == .gone)
    }

    @Test func `a child that has closed its output can still be signalled`() async throws {
        let pipe = try #require(Pipe())
        defer { pipe.close() }
        let shell = Shell("exec >&-; read line; exec sleep 1000", input: pipe.readEnd)
        let exit = try await withThrowingTaskGroup(of: ChildExit?.self) { group in
            group.addTask { try await shell.run() }
            group.addTask {
                // The child takes the line after it has closed its output.
                pipe.writeLine()
                while pipe.holdsBytes || shell.process.pid == nil { await Task.yield() }
                #expect(shell.process.send(.kill).outcome == .sent)
                return nil
            }
            return try await group.reduce(nil) { $0 ?? $1 }
        }
        #expect(exit?.status == .signaled(9))
    }

    @Test func `a suspended child is killed`() async throws {
        let shell = Shell("echo ready; exec sleep 1000")
        let exit = try await shell.run(until: "ready\n") { process in
            #expect(process.send(.suspend).outcome == .sent)
            #expect(process.send(.kill).outcome == .sent)
        }
        #expect(exit.status == .signaled(9))
    }

    @Test func `a resumed child goes on`() async throws {
        let shell = Shell("trap 'exit 5' TERM; echo ready; while :; do sleep 0.01; done")
        let exit = try await shell.run(until: "ready\n") { process in
            process.send(.suspend)
            process.send(.terminate)
            process.send(.resume)
        }
        #expect(exit.status == .exited(5))
    }

    @Test func `cancelling leaves no orphan and loses no line`() async throws {
        let shell = Shell("trap '' TERM INT; seq 1 1000; echo ready; while :; do sleep 0.01; done")
        let seen = AsyncStream.makeStream(of: Void.self)
        let task = Task {
            try await shell.run { if $0 == "ready\n" { seen.continuation.yield() } }
        }
        for await _ in seen.stream {
            task.cancel()
            break
        }
        let exit = try await task.value
        #expect(exit.status == .signaled(9))
        #expect(shell.lines.count == 1001)
        let pid = try #require(shell.process.pid)
        #expect(!ProcessSampler.isRunning(pid: pid))
    }

    @Test func `a cancelled task spawns nothing`() async throws {
        let shell = Shell("true")
        let gate = AsyncStream.makeStream(of: Void.self)
        let task = Task {
            for await _ in gate.stream {}
            return try await shell.run()
        }
        task.cancel()
        let error = await #expect(throws: ChaosError.self) { _ = try await task.value }
        #expect(error?.code == .cancelled)
        #expect(shell.process.pid == nil)
    }
}
