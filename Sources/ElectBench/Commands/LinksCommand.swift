import ArgumentParser
import Chaos
import Glibc

struct LinksCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "links",
        abstract: "Carries the connections between instances and servers.",
        shouldDisplay: false
    )

    @Option(help: "The process to die with.")
    var parent: Int32

    func run() async throws {
        do {
            try ParentDeath.dieWithParent(expectedParent: parent)
            // Who reads our answers may go away before we do.
            signal(SIGPIPE, SIG_IGN)
            try await LinkProxyProgram.run()
        } catch {
            throw Failure.notCarriedOut("\(error)")
        }
    }
}
