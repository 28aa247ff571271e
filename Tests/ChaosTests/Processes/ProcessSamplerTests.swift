import Glibc
import SystemPackage
import Testing

@testable import Chaos

@Suite(.timeLimit(.minutes(1))) struct ProcessSamplerTests {
    @Test func `this process has threads, memory, processor time and descriptors`() throws {
        let sample = try #require(ProcessSampler().sample())
        #expect(sample.threads >= 1)
        #expect(sample.residentKb > 1000)
        #expect(sample.privateKb > 100)
        #expect(sample.cpuMs >= 0)
        #expect(try #require(sample.descriptors) >= 3)
    }

    /// Another process's: this one's other tests open and close files meanwhile. It waits in `read` each time: a program that
    /// starts opens its libraries.
    @Test func `descriptors rise by one when a process opens a file`() async throws {
        let pipe = try #require(Pipe())
        defer { pipe.close() }
        let shell = Shell("echo ready; read line; exec 9</dev/null; echo open; read line", input: pipe.readEnd)
        let counts = AsyncStream.makeStream(of: Int?.self)
        _ = try await shell.run { line in
            let sample = shell.process.pid.flatMap { ProcessSampler(pid: $0).sample() }
            counts.continuation.yield(sample?.descriptors)
            if line == "ready\n" { pipe.writeLine() } else { shell.process.send(.kill) }
        }
        counts.continuation.finish()
        let values = await counts.stream.reduce(into: []) { $0.append($1) }
        let first = try #require(values.first ?? nil)
        #expect(values == [first, first + 1])
    }

    @Test func `another process is sampled while it lives and not after`() async throws {
        let shell = Shell("echo ready; exec sleep 1000")
        _ = try await shell.run(until: "ready\n") { process in
            let pid = try #require(process.pid)
            let sample = try #require(ProcessSampler(pid: pid).sample())
            #expect(sample.threads == 1)
            #expect(sample.residentKb > 0)
            #expect(sample.privateKb > 0)
            #expect(ProcessSampler.isRunning(pid: pid))
            process.send(.kill)
        }
        let pid = try #require(shell.process.pid)
        #expect(ProcessSampler(pid: pid).sample() == nil)
        #expect(!ProcessSampler.isRunning(pid: pid))
    }

    @Test func `processor time is counted of a process that works`() async throws {
        let shell = Shell("i=0; while [ $i -lt 200000 ]; do i=$((i+1)); done; echo worked; exec sleep 1000")
        _ = try await shell.run(until: "worked\n") { process in
            let pid = try #require(process.pid)
            #expect(try #require(ProcessSampler(pid: pid).sample()).cpuMs > 0)
            process.send(.kill)
        }
    }

    @Test func `a status is read by whole field names, also a zombie's`() throws {
        let memory = "VmRSS:\t    1708 kB\nRssAnonymous:\t 3 kB\nRssAnon:\t     112 kB\n"
        let text = "Name:\ta State: Z\nState:\tS (sleeping)\n\(memory)Threads:\t12\n"
        let status = try #require(ProcessStatus(text))
        #expect(status.state == "S" && !status.isGone)
        #expect(status.threads == 12)
        #expect(status.residentKb == 1708)
        #expect(status.anonymousKb == 112)
        #expect(ProcessStatus("Name:\ta\nState:\tZ (zombie)\nThreads:\t1\n")?.isGone == true)
        #expect(ProcessStatus("Name:\ta\nState:\tS (sleeping)\n") == nil)
        #expect(ProcessStatus("") == nil)
    }
}
