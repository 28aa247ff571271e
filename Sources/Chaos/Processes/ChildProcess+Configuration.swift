import Subprocess
package import SystemPackage

extension ChildProcess {
    /// What a child process is started with.
    package struct Configuration: Sendable {
        package var executable: FilePath
        package var arguments: [String]
        /// Added to our own environment.
        package var environment: [String: String]
        /// Its standard input, which stays open here; nil for none.
        package var input: FileDescriptor?
        /// The file that its standard error is appended to; nil for none.
        package var errorLog: FilePath?

        package init(
            executable: FilePath,
            arguments: [String] = [],
            environment: [String: String] = [:],
            input: FileDescriptor? = nil,
            errorLog: FilePath? = nil
        ) {
            self.executable = executable
            self.arguments = arguments
            self.environment = environment
            self.input = input
            self.errorLog = errorLog
        }
    }
}

extension ChildProcess.Configuration {
    var environmentUpdates: [Environment.Key: String?] {
        var updates: [Environment.Key: String?] = [:]
        for (name, value) in environment { updates[Environment.Key(stringLiteral: name)] = value }
        return updates
    }

    /// Its standard input, which stays ours where the caller gave it, and its standard error.
    ///
    /// - Throws: ``ChaosError`` with code `fileFailed`.
    func openStandardStreams() throws(ChaosError) -> (input: FileDescriptor, error: FileDescriptor) {
        let error = try FileDescriptor.open(
            errorLog ?? "/dev/null",
            .writeOnly,
            [.append, .create, .closeOnExec],
            purpose: "cannot write the log"
        )
        if let input { return (input, error) }
        do throws(ChaosError) {
            return (try .open("/dev/null", .readOnly, [.closeOnExec], purpose: "cannot read"), error)
        } catch let failure {
            try? error.close()
            throw failure
        }
    }
}
