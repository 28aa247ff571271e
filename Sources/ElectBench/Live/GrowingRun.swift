import Measurement
import Synchronization
import SystemPackage

/// A run that goes on, measured over the history that it has written so far: what was read once is not read again.
final class GrowingRun: Sendable {
    private let folder: FilePath
    private let reader = Mutex(HistoryReader())

    init(folder: FilePath) {
        self.folder = folder
    }

    /// - Returns: nil while there is nothing to measure.
    func report() -> RunReport? {
        let history = reader.withLock { reader -> History? in
            do { try reader.consume(folder.appending(RunReport.historyFile).string) } catch { return nil }
            return reader.snapshot()
        }
        return history.flatMap { try? RunReport(folder: folder.string, $0) }
    }
}
