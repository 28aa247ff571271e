/// Words of a command line as a POSIX shell reads them back.
package enum ShellQuoting {
    package static func line(_ words: [String]) -> String { words.map(quoted).joined(separator: " ") }

    private static func quoted(_ word: String) -> String {
        let isPlain = word.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                true
            default:
                "-_./:=,@%+".utf8.contains(byte)
            }
        }
        if isPlain, !word.isEmpty { return word }
        // A quote cannot stand inside single quotes: end them, escape it, and begin anew.
        return "'" + word.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
    }
}
