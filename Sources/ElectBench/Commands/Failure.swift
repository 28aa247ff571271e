import ArgumentParser
import Glibc
import Measurement
import NATSStore
import SystemPackage

/// Why a command ends without success: one line that says what is wrong and what to do, and the process's exit code.
struct Failure: Error, Hashable {
    let line: String
    let exitCode: ExitCode

    static func badArgument(_ line: String) -> Failure { Failure(line: line, exitCode: .validationFailure) }
    static func notCarriedOut(_ line: String) -> Failure { Failure(line: line, exitCode: .notCarriedOut) }
}

extension ExitCode {
    static let notCarriedOut = ExitCode(3)
    static let interrupted = ExitCode(Verdict.interruptedExitCode)

    /// Of several, the one that counts: bad arguments, not carried out, unsafe, a threshold crossed, interrupted, inconclusive.
    static func decisive(of codes: [ExitCode]) -> ExitCode {
        [.validationFailure, .notCarriedOut, ExitCode(1), ExitCode(99), .interrupted, ExitCode(2)]
            .first(where: codes.contains) ?? .success
    }
}

extension Failure {
    /// A store's error: bad settings are bad arguments, all else is the run's failure.
    static func of(_ error: StoreError) -> Failure {
        switch error.code {
        case .invalidSettings, .invalidBucket: .badArgument("\(error)")
        default: .notCarriedOut("\(error)")
        }
    }

    /// What is wrong with a folder: one without a run is a bad argument.
    static func of(_ error: MeasurementError, _ folder: FilePath) -> Failure {
        switch error.code {
        case .unreadableFile, .invalidRun: .badArgument("\(folder) holds no run: \(error)\(hint(folder))")
        default: .notCarriedOut("\(error)")
        }
    }

    /// Of the folder that runs are kept in the last run is meant.
    private static func hint(_ folder: FilePath) -> String {
        let latest = folder.appending("latest")
        return access(latest.string, F_OK) == 0 ? "; did you mean \(latest)?" : ""
    }
}

extension String {
    /// A message may quote an argument or another program: its control characters stay away from the line and from terminals.
    var onOneLine: String {
        String(String.UnicodeScalarView(unicodeScalars.map { $0.properties.generalCategory == .control ? " " : $0 }))
    }
}
