import Glibc
import Testing

@testable import Chaos

/// That a server dies with its parent is tested end to end: it takes the built binary.
@Suite struct ParentDeathTests {
    @Test func `a launch names the parent, the program and its arguments`() {
        #expect(
            ParentDeath.launch("/usr/sbin/nats-server", arguments: ["--config", "a b"])
                == ["exec-server", "\(getpid())", "/usr/sbin/nats-server", "--config", "a b"]
        )
    }

    @Test(arguments: [[], ["1"], ["parent", "/bin/true"]])
    func `arguments that are not a launch are refused`(arguments: [String]) {
        let error = #expect(throws: ChaosError.self) { try ParentDeath.execServer(arguments) }
        #expect(error?.code == .execFailed)
    }
}
