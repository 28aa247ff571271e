import ArgumentParser
import Glibc
import Measurement

/// Writes a result to where it was asked for.
struct ExportOutcome {
    private let targets: [ExportTarget]

    /// Looks that each file can be written, so that no run is carried out for nothing.
    ///
    /// - Throws: ``Failure`` with exit code 64.
    init(_ options: ExportOptions) throws {
        targets = options.targets
        for target in targets where !target.isStandardOutput {
            try Self.requireWritable(target.path, for: target.option)
        }
    }

    /// - Throws: ``Failure`` with exit code 64.
    static func requireWritable(_ path: String, for option: String) throws(Failure) {
        var status = stat()
        let isNew = lstat(path, &status) != 0
        // Whoever reads from a pipe would take this look for its end.
        if stat(path, &status) == 0, status.st_mode & S_IFMT != S_IFREG, status.st_mode & S_IFMT != S_IFDIR { return }
        // A file stays as it is until there is something to put in its place.
        let descriptor = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else {
            throw Failure.badArgument("\(option) \(path) cannot be written: \(String(cString: strerror(errno)))")
        }
        close(descriptor)
        if isNew { unlink(path) }
    }

    /// Whether standard output is for an export alone.
    var takesStandardOutput: Bool { targets.contains(where: \.isStandardOutput) }

    /// Writes all of them, and appends the Markdown to `$GITHUB_STEP_SUMMARY` where that is set. What fails is said on standard error and
    /// keeps nothing else from being written.
    ///
    /// - Returns: the exit code: `code`, or of a success 3 where an export failed.
    func write(_ export: Export, _ code: ExitCode) -> ExitCode {
        var isWhole = true
        for target in targets {
            let bytes = export.bytes(target.format, compressed: target.isCompressed)
            let error =
                target.isStandardOutput
                ? Self.write(bytes, to: STDOUT_FILENO) : Self.write(bytes, to: target.path, O_TRUNC)
            if let error {
                isWhole = false
                StandardError.line("electbench: \(target.option) \(target.path) cannot be written: \(error)")
            }
        }
        StepSummary.append(export.markdown)
        return isWhole || code != .success ? code : .notCarriedOut
    }

    /// - Returns: why it failed; nil where it didn't.
    static func write(_ bytes: [UInt8], to path: String, _ how: Int32) -> String? {
        // A pipe that nobody reads from is an error, not a reason to wait.
        let descriptor = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NONBLOCK | how, 0o644)
        guard descriptor >= 0 else { return String(cString: strerror(errno)) }
        defer { close(descriptor) }
        _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) & ~O_NONBLOCK)
        return write(bytes, to: descriptor)
    }

    private static func write(_ bytes: [UInt8], to descriptor: Int32) -> String? {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return String(cString: strerror(errno)) }
            rest = rest.dropFirst(count)
        }
        return nil
    }
}

/// What GitHub shows of a job's step: the file that `$GITHUB_STEP_SUMMARY` names, up to 1 MiB.
enum StepSummary {
    static let mostBytes = 1 << 20

    static func append(_ markdown: String) {
        guard let path = getenv("GITHUB_STEP_SUMMARY").map({ String(cString: $0) }), !path.isEmpty else { return }
        var status = stat()
        let there = stat(path, &status) == 0 ? Int(status.st_size) : 0
        let bytes = Array(fitting(markdown + "\n", Self.mostBytes - there).utf8)
        if let error = ExportOutcome.write(bytes, to: path, O_APPEND) {
            StandardError.line("electbench: warning: $GITHUB_STEP_SUMMARY \(path) cannot be written: \(error)")
        }
    }

    /// Whole lines of it, and a last one that says so where not all of them fit.
    static func fitting(_ text: String, _ room: Int) -> String {
        guard text.utf8.count > room else { return text }
        let last = "\n\nThe rest does not fit here: summary.md has it.\n"
        var left = room - last.utf8.count
        var lines: [Substring] = []
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            left -= line.utf8.count + 1
            if left < 0 { break }
            lines.append(line)
        }
        return lines.isEmpty ? "" : lines.joined(separator: "\n") + last
    }
}
