/// How a server that had been ready came to its end.
package struct ServerExit: Hashable, Sendable {
    package let exit: ChildExit
    /// It was told to stop, or its task was cancelled.
    package let wasWanted: Bool
    /// Where it wasn't: the last lines of its log that tell why.
    package let lastErrors: [String]
}
