import ArgumentParser

struct CompletionCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "completion",
        abstract: "Prints a script that completes electbench's commands and options in a shell.",
        discussion: """
            scripts/install puts it where the shell finds it.

            Examples:

              source <(electbench completion bash)
              electbench completion zsh > "${fpath[1]}/_electbench"
              electbench completion fish > ~/.config/fish/completions/electbench.fish
            """
    )

    enum Shell: String, CaseIterable, ExpressibleByArgument {
        case bash, zsh, fish
    }

    @Argument(help: "bash, zsh or fish.")
    var shell: Shell

    func run() { StandardOutput.line(shell.script) }
}

extension CompletionCommand.Shell {
    /// What ArgumentParser generates, and in it what lets the options of `run` be completed where no command is typed.
    var script: String {
        let generated = ElectBench.completionScript(for: parser)
        guard self != .fish else { return generated + "\n\n" + insertion }
        let head = "\n_electbench() {\n"
        guard let start = generated.firstRange(of: head)?.upperBound else {
            preconditionFailure("the generated script has no function _electbench")
        }
        return generated[..<start] + insertion + "\n" + generated[start...]
    }

    private var parser: CompletionShell {
        switch self {
        case .bash: .bash
        case .zsh: .zsh
        case .fish: .fish
        }
    }

    private var insertion: String {
        switch self {
        case .bash:
            #"""
                if [[ "${COMP_WORDS[1]-}" == -* ]]; then
                    local typed="${COMP_WORDS[0]}"
                    COMP_LINE="${typed} run${COMP_LINE:${#typed}}"
                    COMP_POINT=$((COMP_POINT + 4))
                    COMP_WORDS=("${typed}" run "${COMP_WORDS[@]:1}")
                    COMP_CWORD=$((COMP_CWORD + 1))
                fi

            """#
        case .zsh:
            #"""
                if [[ "${words[2]}" == -* ]]; then
                    words=("${words[1]}" run "${(@)words[2,-1]}")
                    (( CURRENT++ ))
                fi

            """#
        case .fish:
            #"""
            functions -q __electbench_typed_tokens; and functions -e __electbench_typed_tokens
            functions -c __electbench_tokens __electbench_typed_tokens
            function __electbench_tokens
                set -l typed (__electbench_typed_tokens $argv)
                set -l second $typed[2] (commandline -t)
                if string match -q -- '-*' $second[1]; and test (count $typed) -ge 1
                    printf '%s\n' $typed[1] run $typed[2..]
                else
                    printf '%s\n' $typed
                end
            end
            """#
        }
    }
}
