import ArgumentParser
import Chaos

struct ExecServerCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "exec-server",
        abstract: "Becomes a server that dies with the driver.",
        shouldDisplay: false
    )

    @Argument(parsing: .captureForPassthrough)
    var arguments: [String] = []

    func run() throws {
        do {
            try ParentDeath.execServer(arguments)
        } catch {
            throw Failure.notCarriedOut("\(error)")
        }
    }
}
