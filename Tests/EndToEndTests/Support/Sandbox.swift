import Glibc
import Measurement
import TestSupport
import Testing

/// What one test works in: a folder that is removed, and a mark in the environment of every process that it starts, so that
/// none can be left.
struct Sandbox: Sendable {
    let folder: String
    private let mark: String

    /// Runs `body`, then looks that no process of it is left.
    static func with(
        _ body: (Sandbox) async throws -> Void,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        var template = Array("/tmp/electbench-e2e.XXXXXX".utf8CString)
        try #require(mkdtemp(&template) != nil, "no temporary directory")
        let folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let sandbox = Sandbox(folder: folder, mark: "ELECTBENCH_TEST_ID=\(folder)")
        mkdir(sandbox.temporary, 0o755)
        let result: Result<Void, any Error>
        do {
            result = .success(try await body(sandbox))
            let left = sandbox.processes
            #expect(left.isEmpty, "processes are left: \(left)", sourceLocation: sourceLocation)
        } catch {
            result = .failure(error)
        }
        for process in sandbox.processes { kill(process.pid, SIGKILL) }
        _ = await runProgram(["rm", "-rf", folder])
        try result.get()
    }

    /// Where runs are kept unless a test says otherwise.
    var output: String { folder + "/results" }
    /// Where programs have their temporary files.
    var temporary: String { folder + "/tmp" }
    var latest: RunResult { RunResult(path: output + "/latest") }

    /// Writes a file into the folder.
    ///
    /// - Returns: its path.
    func write(_ text: String, as name: String) throws -> String {
        let path = "\(folder)/\(name)"
        let file = try #require(fopen(path, "w"), "\(path) cannot be written")
        defer { fclose(file) }
        try #require(fputs(text, file) >= 0)
        return path
    }

    /// What of this test is alive.
    var processes: [ProcessScan.Found] { ProcessScan.processes(with: mark) }

    /// Waits until nothing of this test is alive, as when the kernel ends what outlived its parent.
    func untilAlone() async throws {
        while !processes.isEmpty { try await Task.sleep(for: .milliseconds(10)) }
    }

    /// Starts the built program.
    ///
    /// - Parameter wrapper: words in front of it, such as `prlimit --fsize=1000`.
    func start(
        _ arguments: [String],
        environment: [String: String] = [:],
        wrapper: [String] = []
    ) async throws -> Program {
        var variables = [
            "PATH": getenv("PATH").map { String(cString: $0) } ?? "/usr/bin:/bin:/usr/sbin",
            "TMPDIR": temporary,
            "ELECTBENCH_TEST_ID": folder,
        ]
        // The toolchain's libraries, where the environment says where they are.
        if let path = getenv("LD_LIBRARY_PATH") { variables["LD_LIBRARY_PATH"] = String(cString: path) }
        variables.merge(environment) { $1 }
        return try await Program.start(wrapper + [Self.binary] + arguments, environment: variables)
    }

    /// Runs the built program to its end.
    func run(
        _ arguments: [String],
        environment: [String: String] = [:],
        wrapper: [String] = []
    ) async throws -> Finished {
        let program = try await start(arguments, environment: environment, wrapper: wrapper)
        return await Finished(program)
    }

    /// A run into this sandbox's output folder that says nothing but its result and its errors.
    func electbench(_ arguments: [String], environment: [String: String] = [:]) async throws -> Finished {
        try await run(["--quiet", "--output", output] + arguments, environment: environment)
    }

    /// The product beside the test bundle, or what `ELECTBENCH_BINARY` names.
    static let binary: String = {
        if let path = getenv("ELECTBENCH_BINARY") { return String(cString: path) }
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = buffer.withUnsafeMutableBytes { bytes in
            readlink("/proc/self/exe", bytes.assumingMemoryBound(to: CChar.self).baseAddress!, bytes.count)
        }
        let bundle = String(decoding: buffer.prefix(max(0, count)), as: UTF8.self)
        return String(bundle[..<(bundle.lastIndex(of: "/") ?? bundle.startIndex)]) + "/electbench"
    }()
}

/// A program that has ended.
struct Finished: Sendable {
    let status: Int
    let output: String
    let errors: String

    init(_ program: Program) async {
        status = await program.exit()
        output = program.output.text
        errors = program.errors.text
    }

    /// Expects an exit code and one clear line on standard error, with these words in it.
    func expectFailure(_ code: Int, saying words: [String], sourceLocation: SourceLocation = #_sourceLocation) {
        #expect(status == code, "\(errors)", sourceLocation: sourceLocation)
        let lines = errors.split(separator: "\n", omittingEmptySubsequences: false)
        #expect(lines.count == 2 && lines[1].isEmpty, "not one line: \(errors)", sourceLocation: sourceLocation)
        #expect(errors.hasPrefix("electbench: "), "\(errors)", sourceLocation: sourceLocation)
        for word in words {
            #expect(errors.contains(word), "no \"\(word)\" in: \(errors)", sourceLocation: sourceLocation)
        }
    }
}
