/// What a process costs at one moment.
package struct ProcessSample: Hashable, Sendable {
    package var threads: Int
    package var residentKb: Int
    /// Clean and dirty pages that no other process shares; nil where it was not asked for or must not be read.
    package var privateKb: Int?
    /// Processor time of all threads since the process's start.
    package var cpuMs: Int
    /// Open file descriptors; nil where another user's process doesn't show them.
    package var descriptors: Int?
}
