import Glibc
import TestSupport
import Testing

/// One command that must be refused, and what its line must say.
struct BadInput: Sendable, CustomTestStringConvertible {
    let arguments: [String]
    let words: [String]

    init(_ arguments: String..., saying words: String...) {
        self.arguments = arguments
        self.words = words
    }

    var testDescription: String { arguments.joined(separator: " ") }

    static let run = [
        BadInput("--instances", "0", saying: "--instances 0", "1 to 1000"),
        BadInput("--instances", "1001", saying: "--instances 1001"),
        BadInput("--instances", "many", saying: "many", "--instances"),
        BadInput("--instances", "1", saying: "at least two instances", "--faults none"),
        BadInput("--roles", "0", saying: "--roles 0"),
        BadInput("--ttl", "2s", "--heartbeat", "1s", saying: "ttl", "three heartbeats"),
        BadInput("--ttl", "50ms", "--heartbeat", "10ms", saying: "ttl", "100 ms"),
        BadInput("--ttl", "3", saying: "--ttl", "needs a unit"),
        BadInput("--heartbeat", "0s", saying: "heartbeat"),
        BadInput("--duration", "0s", saying: "--duration"),
        BadInput("--duration", "1 minute", saying: "--duration", "needs a unit"),
        BadInput("--fault-interval", "0ms", saying: "--fault-interval"),
        BadInput("--downtime", "3s-1s", saying: "--downtime", "500ms-3s"),
        BadInput("--downtime", "1-2", saying: "--downtime"),
        BadInput("--faults", "explode", saying: "explode", "kill, stop"),
        BadInput("--faults", "kill,", saying: "--faults"),
        BadInput("--faults", "two\nlines", saying: "--faults two lines"),
        BadInput("--seed", "two\nlines", saying: "two lines"),
        BadInput("--min-faults", "-1", saying: "--min-faults"),
        BadInput("--seed", "x", saying: "--seed"),
        BadInput("--seed=-1", saying: "--seed"),
        BadInput("--roles", "-1", saying: "--roles -1: nothing below zero goes there"),
        BadInput("--warm-up", "-1s", saying: "--warm-up -1s: nothing below zero goes there"),
        BadInput("--spread", "4s", saying: "--spread 4s", "at most the ttl (3s)"),
        BadInput("--name", "../up", saying: "--name"),
        BadInput("--name", "", saying: "--name"),
        BadInput("--storage", "tape", saying: "--storage"),
        BadInput("--replicas", "0", saying: "replicas"),
        BadInput("--server-port", "65536", saying: "--server-port"),
        BadInput("--bucket", "a b", saying: "bucket \"a b\"", "letters"),
        BadInput("--bucket", "a.b", saying: "bucket \"a.b\""),
        BadInput("--bucket", "", saying: "bucket"),
        BadInput("--server", "http://127.0.0.1:1", saying: "http://", "nats://"),
        BadInput("--user", "ann", saying: "--password"),
        BadInput("--creds", "/nonexistent/file", saying: "--creds /nonexistent/file"),
        BadInput("--tls-ca", "/nonexistent/ca.pem", saying: "--tls-ca /nonexistent/ca.pem"),
        BadInput("--output", "/proc/nobody-may-write-here", saying: "/proc/nobody-may-write-here cannot be written"),
        BadInput("--output", "/dev/null/folder", saying: "cannot be written", "--output"),
        BadInput("--detector", "leas", saying: "--detector", "did you mean lease?"),
        BadInput("--detector", "lease,lease", saying: "lease is named twice"),
        BadInput("--campaign", "race,", saying: "--campaign", "there are race, ranked"),
        BadInput("--takeover", "ask", saying: "--takeover ask", "add --campaign ranked"),
        BadInput("--balance", saying: "--balance", "add --campaign ranked"),
        BadInput("--balance", "--campaign", "race,ranked", saying: "--balance", "leave race out of --campaign"),
        BadInput("--takeover", "maybe", "--campaign", "ranked", saying: "--takeover", "force"),
        BadInput(
            "--instances",
            "2",
            "--priorities",
            "1,2,3",
            "--campaign",
            "ranked",
            saying: "--priorities names 3",
            "2 instances"
        ),
        BadInput("--priorities", "1,2", saying: "--priorities", "add --campaign ranked"),
        BadInput("--priorities", "1,high", saying: "--priorities", "20,10"),
        BadInput("--threshold", "failver_ms:p(99)<1", saying: "no measure \"failver_ms\"", "did you mean failover_ms?"),
        BadInput("--threshold", "failover_ms{fault=pause}:avg<1", saying: "no fault \"pause\"", "has kill, stop"),
        BadInput("--threshold", "failover_ms:p(99)<1s", saying: "\"1s\" is no plain number in ms"),
        BadInput("--threshold", "", saying: "--threshold", "write measure{tag=value}"),
        BadInput("--export-json", "/tmp", saying: "--export-json /tmp cannot be written"),
        BadInput("--wat", saying: "--wat"),
        BadInput("unheard-of", saying: "unheard-of"),
    ]

    static let instance = [
        BadInput(saying: "--roles is missing"),
        BadInput("--roles", "", saying: "role"),
        BadInput("--roles", "two words", saying: "role \"two words\""),
        BadInput("--roles", "a.*", saying: "role \"a.*\""),
        BadInput("--roles", ">", saying: "role \">\""),
        BadInput("--roles", ".a", saying: "role \".a\"", "no dot"),
        BadInput("--roles", "a,,b", saying: "role \"\""),
        BadInput("--roles", "a,a", saying: "twice"),
        BadInput("--roles", "a", "--id", "two words", saying: "instance id \"two words\""),
        BadInput("--roles", "a", "--id", "*", saying: "instance id \"*\""),
        BadInput("--roles", "a", "--ttl", "1s", "--heartbeat", "1s", saying: "three heartbeats"),
        BadInput("--roles", "a", "--bucket", "a b", saying: "bucket \"a b\""),
        BadInput("--roles", "a", "--status-interval", "0s", saying: "--status-interval"),
        BadInput("--roles", "a", "--server", "ftp://x", saying: "ftp://"),
        BadInput("--roles", "a", "--detector", "lease,connection", saying: "--detector", "lease,connection"),
        BadInput("--roles", "a", "--takeover", "force", saying: "--takeover force", "add --campaign ranked"),
        BadInput("--roles", "a", "--balance", saying: "--balance", "add --campaign ranked"),
    ]

    static let check = [
        BadInput(saying: "folder"),
        BadInput("/nonexistent", saying: "/nonexistent", "no run"),
        BadInput("/tmp", saying: "no run"),
    ]
}

@Suite("Bad arguments", .serialized, .timeLimit(.minutes(1)))
struct BadInputTests {
    @Test("to a run are refused with one line, exit code 64 and no folder", arguments: BadInput.run)
    func run(input: BadInput) async throws {
        try await Sandbox.with { sandbox in
            let output = input.arguments.contains("--output") ? [] : ["--output", sandbox.output]
            let run = try await sandbox.run(["--quiet", "--no-progress"] + output + input.arguments)
            run.expectFailure(64, saying: input.words)
            #expect(run.output.isEmpty)
            #expect(ProcessScan.folderEntries(sandbox.output).isEmpty, "a run was begun")
        }
    }

    @Test("to an instance are refused with one line and exit code 64", arguments: BadInput.instance)
    func instance(input: BadInput) async throws {
        try await Sandbox.with { sandbox in
            let run = try await sandbox.run(["instance"] + input.arguments)
            run.expectFailure(64, saying: input.words)
            #expect(run.output.isEmpty)
        }
    }

    @Test("to check are refused with one line and exit code 64", arguments: BadInput.check)
    func check(input: BadInput) async throws {
        try await Sandbox.with { sandbox in
            let run = try await sandbox.run(["check"] + input.arguments)
            run.expectFailure(64, saying: input.words)
            #expect(run.output.isEmpty)
        }
    }

    @Test(
        "do not include a request for help or the version",
        arguments: [
            ["--help"], ["run", "--help"], ["instance", "--help"], ["check", "--help"], ["help", "run"], ["--version"],
        ]
    )
    func help(arguments: [String]) async throws {
        try await Sandbox.with { sandbox in
            let run = try await sandbox.run(arguments)
            #expect(run.status == 0)
            #expect(run.errors.isEmpty)
            #expect(!run.output.isEmpty)
            #expect(!run.output.contains("exec-server"))
        }
    }

    @Test("hold nobody up: the output folder that can't be written is found before a server is started")
    func outputIsAFile() async throws {
        try await Sandbox.with { sandbox in
            try TestServer.write("mine", to: sandbox.output)
            let run = try await sandbox.electbench(["--instances", "2"])
            run.expectFailure(64, saying: ["\(sandbox.output) cannot be written", "--output"])
            #expect(ProcessScan.bytes(of: sandbox.output) == Array("mine".utf8))
        }
    }
}
