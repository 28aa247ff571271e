import Chaos
import Synchronization
import SystemPackage

/// A shell script as a child process, with all that it wrote.
final class Shell: Sendable {
    let process: ChildProcess
    private let output = Mutex<[String]>([])

    init(_ script: String, environment: [String: String] = [:], input: FileDescriptor? = nil, errorLog: FilePath? = nil)
    {
        process = ChildProcess(
            .init(
                executable: "/bin/sh",
                arguments: ["-c", script],
                environment: environment,
                input: input,
                errorLog: errorLog
            )
        )
    }

    var lines: [String] { output.withLock { $0 } }

    func run(onLine: @escaping @Sendable (String) -> Void = { _ in }) async throws -> ChildExit {
        try await process.run { line in
            let text = String(decoding: line, as: UTF8.self)
            self.output.withLock { $0.append(text) }
            onLine(text)
        }
    }

    /// Runs it to its end, and `body` as soon as it has written a line.
    func run(
        until line: String,
        body: @escaping @Sendable (ChildProcess) async throws -> Void
    ) async throws -> ChildExit {
        let seen = AsyncStream.makeStream(of: Void.self)
        async let exit = {
            defer { seen.continuation.finish() }
            return try await self.run { if $0 == line { seen.continuation.yield() } }
        }()
        for await _ in seen.stream {
            try await body(process)
            break
        }
        return try await exit
    }
}
