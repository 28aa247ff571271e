import Measurement
import SystemPackage

/// A run that goes on, measured over the history that it has written so far.
struct GrowingRun: Sendable {
    let folder: FilePath

    /// - Returns: nil while there is nothing to measure.
    func report() -> RunReport? { try? RunReport.read(folder: folder.string) }
}
