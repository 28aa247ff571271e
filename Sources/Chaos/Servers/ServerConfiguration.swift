package import SystemPackage

/// What a nats-server of our own is started with.
package struct ServerConfiguration: Sendable {
    /// Its name in the cluster, in histories and in file names: `server-1`.
    package var name: String
    package var executable: FilePath
    /// Nil for a free one.
    package var port: Int?
    /// The run's temporary folder: config, ports file and store go to a folder `<name>` in it.
    package var temporaryFolder: FilePath
    /// The file that its log is appended to.
    package var log: FilePath
    /// Our own binary, so that the server dies with us however we die; nil starts the server directly.
    package var launcher: FilePath?
    /// How long it may take until it accepts connections.
    package var startTimeout: Duration
    /// Whether its folder outlives it, for another life on the same store; else it is removed with the server.
    package var keepsStore = false
    /// Nil for a server by itself.
    package var cluster: ClusterMembership?
    /// Held, not read: the ports are ours while these live.
    private var reservations: [PortReservation] = []

    package init(
        name: String,
        executable: FilePath,
        port: Int? = nil,
        temporaryFolder: FilePath,
        log: FilePath,
        launcher: FilePath? = nil,
        startTimeout: Duration = .seconds(15)
    ) {
        self.name = name
        self.executable = executable
        self.port = port
        self.temporaryFolder = temporaryFolder
        self.log = log
        self.launcher = launcher
        self.startTimeout = startTimeout
    }

    /// - Returns: a free port that is this server's for as long as the configuration lives.
    mutating func reserve() throws(ChaosError) -> Int {
        let reservation = try PortReservation()
        reservations.append(reservation)
        return reservation.port
    }

    var folder: FilePath { temporaryFolder.appending(name) }
    var file: FilePath { folder.appending("nats-server.conf") }

    /// The server names it after the last part of how it was called.
    func portsFile(pid: Int32) -> FilePath {
        folder.appending("\(executable.lastComponent?.string ?? "nats-server")_\(pid).ports")
    }

    /// Nothing listens but the client port on the loopback, a free one beside it that tells what the server counted (see
    /// ``ServerTraffic``), and a cluster's port; nobody has to log in, as by default.
    /// There is no `log_file`: the log goes to standard error, together with what is wrong with this very text.
    var text: String {
        """
        server_name: \(quoted(name))
        host: "127.0.0.1"
        port: \(port ?? -1)
        http: "127.0.0.1:-1"
        ports_file_dir: \(quoted(folder.string))
        jetstream {
            store_dir: \(quoted(folder.appending("store").string))
        }

        """ + Self.accounts + (cluster?.text ?? "")
    }

    /// Who doesn't log in is in an account in which the system account's reports of ended connections arrive: from the
    /// default account servers before 2.12 report none, and it can't import them.
    package static let accounts = """
        accounts {
            SYS {
                exports: [{ stream: "$SYS.ACCOUNT.electbench.DISCONNECT" }]
            }
            electbench {
                jetstream: enabled
                users: [{ user: "electbench" }]
                imports: [{
                    stream: { account: SYS, subject: "$SYS.ACCOUNT.electbench.DISCONNECT" }
                    to: "electbench.disconnects"
                }]
            }
        }
        system_account: SYS
        no_auth_user: "electbench"

        """

    private func quoted(_ value: String) -> String {
        let escaped = value.map { $0 == "\"" || $0 == "\\" ? "\\\($0)" : String($0) }
        return "\"\(escaped.joined())\""
    }

    /// How the server is started: directly, or by our own binary.
    var child: ChildProcess.Configuration {
        let arguments = ["--config", file.string]
        guard let launcher else {
            return ChildProcess.Configuration(executable: executable, arguments: arguments, errorLog: log)
        }
        return ChildProcess.Configuration(
            executable: launcher,
            arguments: ParentDeath.launch(executable.string, arguments: arguments),
            errorLog: log
        )
    }
}
