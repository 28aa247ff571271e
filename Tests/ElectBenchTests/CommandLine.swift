import ArgumentParser
import SystemPackage
import Testing

@testable import ElectBench

/// The command line as a user types it.
enum Typed {
    static func run(_ words: String...) throws -> RunCommand { try run(words) }

    static func run(_ words: [String]) throws -> RunCommand {
        try #require(try ElectBench.command(["run"] + words) as? RunCommand)
    }

    static func plan(_ words: String...) throws -> RunPlan { try plan(words) }

    /// The only plan of a run that compares nothing.
    static func plan(_ words: [String]) throws -> RunPlan {
        let plans = try run(words).plans()
        try #require(plans.count == 1)
        return plans[0]
    }

    /// The plan of a run with a scenario of this text.
    static func plan(scenario: String, _ words: String...) throws -> RunPlan {
        try withFile(scenario) { try plan(["--scenario", $0] + words) }
    }

    /// What is said where it is refused; nil where it isn't.
    static func refusal(_ words: [String]) throws -> String? {
        refusal { _ = try (try ElectBench.command(words) as? RunCommand)?.plans() }
    }

    /// The same of anything that a command does.
    static func refusal(_ body: () throws -> Void) -> String? {
        do {
            try body()
            return nil
        } catch let failure as Failure {
            #expect(failure.exitCode == .validationFailure)
            return failure.line
        } catch {
            #expect(ElectBench.exitCode(for: error) == .validationFailure)
            return ElectBench.message(for: error)
        }
    }

    /// The same of a scenario, without the folder that its file was in.
    static func refusal(ofScenario text: String, _ words: [String] = []) throws -> String? {
        try withFile(text) { path in
            let folder = path.prefix { $0 != "@" }
            return try refusal(["--scenario", path] + words)?.replacing(folder, with: "")
        }
    }

    static func withFile<Result>(_ text: String, _ body: (String) throws -> Result) throws -> Result {
        let folder = try TemporaryFolder.make()
        defer { folder.remove() }
        let path = folder.path.appending("@.yaml")
        let file = try FileDescriptor.open(path, .writeOnly, options: .create, permissions: .ownerReadWrite)
        try file.closeAfter { _ = try file.writeAll(text.utf8) }
        return try body(path.string)
    }
}
