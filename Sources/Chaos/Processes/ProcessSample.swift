/// What a process costs at one moment.
package struct ProcessSample: Hashable, Sendable {
    package var threads: Int
    package var residentKb: Int
    /// Anonymous pages: what no other process shares and no file holds.
    package var privateKb: Int
    /// Processor time of all threads since the process's start.
    package var cpuMs: Int
    /// Open file descriptors; nil where another user's process doesn't show them.
    package var descriptors: Int?
}
