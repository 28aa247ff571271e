import TestSupport
import Testing

@Suite(.timeLimit(.minutes(1))) struct CompletionTests {
    /// What bash offers for a line that ends at the cursor.
    private func offers(_ line: String, in sandbox: Sandbox) async throws -> [String] {
        let script = """
            source <("$0" completion bash)
            read -ra COMP_WORDS <<<"$1"
            [[ "$1" == *" " ]] && COMP_WORDS+=("")
            COMP_LINE="$1" COMP_POINT=${#1} COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
            _electbench electbench "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
            printf '%s\\n' "${COMPREPLY[@]}"
            """
        let result = try await sandbox.run([line], wrapper: ["bash", "-c", script])
        #expect(result.status == 0, "\(result.errors)")
        return result.output.split(separator: "\n").map { String($0.filter { $0 != " " }) }
    }

    @Test func `bash completes commands, and the options of run also where no command is typed`() async throws {
        try await Sandbox.with { sandbox in
            let expected = [
                "electbench che": ["check"], "electbench run --inst": ["--instances"],
                "electbench --inst": ["--instances"], "electbench --instances 3 --storage ": ["file", "memory"],
                "electbench check --inst": [],
            ]
            for (line, words) in expected {
                let offered = try await offers(line, in: sandbox)
                #expect(offered == words, "\(line)")
            }
        }
    }

    @Test(arguments: ["bash", "zsh", "fish"])
    func `Each shell has a script that knows every command`(shell: String) async throws {
        try await Sandbox.with { sandbox in
            let result = try await sandbox.run(["completion", shell])
            #expect(result.status == 0, "\(result.errors)")
            for command in ["run", "instance", "check", "completion"] {
                #expect(result.output.contains(command), "\(command)")
            }
        }
    }

    @Test func `The help of every command has examples and fits a terminal`() async throws {
        try await Sandbox.with { sandbox in
            let root = try await sandbox.run(["help"])
            let list = try #require(root.output.split(separator: "SUBCOMMANDS:\n").last)
            let commands = list.split(separator: "\n").filter { $0.hasPrefix("  ") && !$0.hasPrefix("   ") }
                .compactMap { $0.split(separator: " ").first.map(String.init) }.filter { $0 != "See" }
            #expect(commands.count >= 4)
            for command in commands {
                let help = try await sandbox.run(["help", command])
                #expect(help.output.contains("Examples:\n\n  "), "\(command) has no examples")
                let long = help.output.split(separator: "\n").filter { $0.count > 80 }
                #expect(long.isEmpty, "\(command): \(long)")
            }
        }
    }
}
