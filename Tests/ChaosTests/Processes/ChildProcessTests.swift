import Chaos
import ElectionCore
import Glibc
import Synchronization
import SystemPackage
import Testing

@Suite(.timeLimit(.minutes(1))) struct ChildProcessTests {
    @Test(arguments: [
        ("exit 0", "exit 0"), ("exit 7", "exit 7"), ("kill -9 $$", "signal 9"), ("kill -15 $$", "signal 15"),
    ])
    func `an exit is told as status text`(script: String, status: String) async throws {
        #expect(try await Shell(script).run().status.description == status)
    }

    @Test func `every line written before a kill is delivered, in order`() async throws {
        let shell = Shell("seq 1 5000; kill -9 $$")
        #expect(try await shell.run().status == .signaled(9))
        #expect(shell.lines == (1...5000).map { "\($0)\n" })
    }

    @Test func `what a kill cut off is no line`() async throws {
        let shell = Shell(#"printf 'whole\npart'; kill -9 $$"#)
        let exit = try await shell.run()
        #expect(shell.lines == ["whole\n"])
        #expect(exit.fragment == Array("part".utf8))
    }

    @Test func `a long line comes in one piece`() async throws {
        let shell = Shell("head -c 1000000 /dev/zero | tr '\\0' x; echo; echo end")
        _ = try await shell.run()
        #expect(shell.lines.map(\.utf8.count) == [1_000_001, 4])
    }

    @Test func `arguments, environment and standard input arrive`() async throws {
        let pipe = try FileDescriptor.pipe()
        defer { try? pipe.readEnd.close() }
        try pipe.writeEnd.writeAll("from stdin\n".utf8)
        try pipe.writeEnd.close()
        let shell = Shell(
            #"read line; echo "$line"; echo "$ELECTBENCH_TEST"; echo "$HOME""#,
            environment: ["ELECTBENCH_TEST": "added"],
            input: pipe.readEnd
        )
        _ = try await shell.run()
        let home = getenv("HOME").map { String(cString: $0) } ?? ""
        #expect(shell.lines == ["from stdin\n", "added\n", "\(home)\n"])
    }

    @Test func `without an input it reads the end of file at once`() async throws {
        #expect(try await Shell("read line || exit 4").run().status == .exited(4))
    }

    @Test func `standard error is appended to the log`() async throws {
        try await withTemporaryFolder { folder in
            let log = folder.appending("a.log")
            for word in ["first", "second"] { _ = try await Shell("echo \(word) >&2", errorLog: log).run() }
            #expect(try textOfFile(log) == "first\nsecond\n")
        }
    }

    @Test func `it has a process group of its own`() async throws {
        let shell = Shell("cut -d ' ' -f 1,5 /proc/$$/stat")
        _ = try await shell.run()
        let ids = shell.lines.first?.split(whereSeparator: \.isWhitespace).map { Int32($0) }
        let pid = try #require(shell.process.pid)
        #expect(ids == [pid, pid])
        #expect(pid != getpgrp())
    }

    @Test func `the start is told before the first line`() async throws {
        let events = Mutex<[String]>([])
        let process = ChildProcess(.init(executable: "/bin/sh", arguments: ["-c", "echo line"]))
        _ = try await process.run(
            onStart: { pid in events.withLock { $0.append(pid == process.pid ? "start" : "wrong pid") } },
            onLine: { _ in events.withLock { $0.append("line") } }
        )
        #expect(events.withLock { $0 } == ["start", "line"])
    }

    @Test func `a program that is not there is told by its path`() async throws {
        let error = await #expect(throws: ChaosError.self) {
            _ = try await ChildProcess(.init(executable: "/no/such/program")).run { _ in }
        }
        #expect(error?.code == .executableNotFound)
        #expect(error?.description.contains("/no/such/program") == true)
    }

    @Test func `a log that cannot be written is told`() async throws {
        let error = await #expect(throws: ChaosError.self) {
            _ = try await Shell("true", errorLog: "/no/such/log").run()
        }
        #expect(error?.code == .fileFailed)
    }

    @Test func `it has one life`() async throws {
        let shell = Shell("true")
        _ = try await shell.run()
        let error = await #expect(throws: ChaosError.self) { _ = try await shell.run() }
        #expect(error?.code == .alreadyRun)
    }

    @Test func `two hundred children are told apart`() async throws {
        let count = 200
        let outputs = try await withThrowingTaskGroup(of: [String].self) { group in
            for number in 0..<count {
                group.addTask {
                    let shell = Shell("echo \(number); kill -9 $$")
                    let exit = try await shell.run()
                    #expect(exit.status == .signaled(9))
                    return shell.lines
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(Set(outputs) == Set((0..<count).map { ["\($0)\n"] }))
    }
}
