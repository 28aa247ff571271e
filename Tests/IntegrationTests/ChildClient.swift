import ElectionCore
import Glibc
import TestSupport

/// A child process with a connection to a server.
struct ChildClient {
    let program: Program
    let connection: ConnectionID

    /// - Parameters:
    ///   - subject: what it subscribes to.
    ///   - listens: whether it writes what it gets to its output, and answers pings; else it leaves the connection alone.
    static func start(port: Int, subject: String = "nothing", listens: Bool = false) async throws -> ChildClient {
        let life =
            listens
            ? #"while read -r line <&3; do echo "$line"; case $line in PING*) printf 'PONG\r\n' >&3; esac; done"#
            : "exec sleep 1000"
        let script = """
            exec 3<>/dev/tcp/127.0.0.1/\(port)
            read -r info <&3; echo "$info"
            printf 'CONNECT {"verbose":false}\\r\\nSUB \(subject) 1\\r\\nPING\\r\\n' >&3
            read -r pong <&3; echo "$pong"
            \(life)
            """
        let program = try await Program.start(["bash", "-c", script], environment: ["PATH": "/usr/bin:/bin"])
        guard await program.output.wait(until: { $0.count >= 2 }),
            let info = program.output.lines.first,
            let server = info.firstMatch(of: /"server_id":"(\w+)"/)?.1,
            let number = info.firstMatch(of: /"client_id":(\d+)/)?.1, let client = UInt64(number)
        else { throw TestServer.Failure(description: "the child did not connect: \(program.errors.text)") }
        return ChildClient(program: program, connection: ConnectionID(server: String(server), client: client))
    }

    /// Waits until it was told of a connection's end.
    func hears(reason: String, of connection: ConnectionID) async throws {
        let heard = await program.output.wait { lines in
            lines.contains { $0.contains("\"id\":\(connection.client),") && $0.contains("\"reason\":\"\(reason)") }
        }
        guard heard else { throw TestServer.Failure(description: "no \"\(reason)\" in \(program.output.text)") }
    }

    func kill() async {
        program.send(SIGKILL)
        _ = await program.exit()
    }
}
