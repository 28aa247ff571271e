import CLinux
import Glibc

/// Makes a process die with the one that started it, however that dies.
///
/// The kernel watches the thread that spawned the child, not its process: children have to be spawned from a lasting thread, as
/// swift-subprocess does.
package enum ParentDeath {
    /// Asks the kernel to kill this process when its parent dies. To be called first thing, on the main thread.
    ///
    /// - Parameter expectedParent: the parent's pid, as the parent itself gave it: where it died before the kernel was asked,
    ///   this process has another parent by now.
    /// - Throws: ``ChaosError`` with code `parentGone`; the process should exit then.
    package static func dieWithParent(expectedParent: Int32) throws(ChaosError) {
        guard clinux_die_with_parent() == 0 else {
            throw ChaosError(.kernelTooOld, cause: SystemError.last, context: "cannot ask for PR_SET_PDEATHSIG")
        }
        guard getppid() == expectedParent else {
            throw ChaosError(.parentGone, context: "process \(expectedParent), which started this one, is gone")
        }
    }

    /// What the binary's hidden subcommand `exec-server` does: it becomes another program that dies with the parent.
    ///
    /// - Parameter arguments: `PARENT PATH ARGS…`, as ``launch(_:arguments:)`` makes them.
    /// - Throws: ``ChaosError`` with code `parentGone` or `execFailed`.
    package static func execServer(_ arguments: [String]) throws(ChaosError) -> Never {
        guard arguments.count >= 2, let parent = Int32(arguments[0]) else {
            throw ChaosError(.execFailed, context: "usage: \(subcommand) PARENT PATH ARGS…")
        }
        try dieWithParent(expectedParent: parent)
        let program = Array(arguments.dropFirst())
        // Freed by nobody: the process image goes away, or the process does.
        let vector = program.map { strdup($0) } + [nil]
        execv(program[0], vector)
        throw ChaosError(.execFailed, cause: SystemError.last, context: "cannot execute \(program[0])")
    }

    static let subcommand = "exec-server"

    /// The arguments for our own binary to become `program`.
    static func launch(_ program: String, arguments: [String]) -> [String] {
        [subcommand, "\(getpid())", program] + arguments
    }
}
