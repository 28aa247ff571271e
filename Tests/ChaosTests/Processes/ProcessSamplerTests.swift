import Glibc
import SystemPackage
import Testing

@testable import Chaos

@Suite(.timeLimit(.minutes(1))) struct ProcessSamplerTests {
    @Test func `this process has threads, memory, processor time and descriptors`() throws {
        let sample = try #require(ProcessSampler().sample())
        #expect(sample.threads >= 1)
        #expect(sample.residentKb > 1000)
        #expect(try #require(sample.privateKb) > 100)
        #expect(sample.cpuMs >= 0)
        #expect(try #require(sample.descriptors) >= 3)
    }

    @Test func `private memory is left out where it was not asked for`() throws {
        #expect(try #require(ProcessSampler().sample(withPrivateMemory: false)).privateKb == nil)
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

    /// It waits in `read` and runs no program: of one that has just been started the kernel counts no page yet.
    @Test func `another process is sampled while it lives and not after`() async throws {
        let pipe = try #require(Pipe())
        defer { pipe.close() }
        let shell = Shell("echo ready; read line", input: pipe.readEnd)
        _ = try await shell.run(until: "ready\n") { process in
            let pid = try #require(process.pid)
            let sample = try #require(ProcessSampler(pid: pid).sample())
            #expect(sample.threads == 1)
            #expect(sample.residentKb > 0)
            #expect(try #require(sample.privateKb) > 0)
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

    @Test func `a program's name may hold blanks and brackets`() throws {
        let fields = (5...52).map(String.init).joined(separator: " ")
        let status = try #require(ProcessStatus("4711 (a) b (c) S 4 \(fields)\n"))
        #expect(status.state == "S")
        #expect(status.cpuTicks == 14 + 15)
        #expect(status.threads == 20)
        #expect(status.residentPages == 24)
        #expect(!status.isGone)
        #expect(ProcessStatus("4711 (a) Z 4 \(fields)")?.isGone == true)
        #expect(ProcessStatus("4711 (a) S 4 5") == nil)
        #expect(ProcessStatus("") == nil)
    }

    @Test func `kilobytes are summed by whole field names`() {
        let text = "Private_Clean:     12 kB\nPrivate_Dirty:     30 kB\nPrivate_Hugetlb:  9 kB\n"
        #expect(ProcText.kilobytes(["Private_Clean", "Private_Dirty"], in: text) == 42)
        #expect(ProcText.kilobytes(["Private"], in: text) == nil)
    }
}
