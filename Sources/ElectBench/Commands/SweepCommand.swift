import ArgumentParser
import ElectionCore
import Measurement
import SystemPackage

struct SweepCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sweep",
        abstract: "Measures a grid of sizes and says what an election costs and where its knee is.",
        usage: "electbench sweep [<options>]",
        discussion: """
            Each cell of the grid is a run: a quiet part (--warm-up, 20s) that the cost is measured in, then kills (--faults, \
            --duration 20s). Options of run that are not about one run by itself may be given, too; see electbench help run. A \
            cell that can't be carried out, or lies beyond the knee, is a finding and does not end the sweep.

            Exit codes: 0; 1 two leaders at once in a cell; 2 a fine cell is inconclusive; 3 no cell could be measured; 64 bad \
            arguments; 105 interrupted, or not all cells are measured yet.

            Examples:

              electbench sweep --instances 5,10,20,50 --roles 10,50,200 --ttl 3s,10s
              electbench sweep --resume results/20261127T101500Z-sweep
            """
    )

    @Option(help: "How many instances, with commas. (default: 5,10,20)", transform: Sizes.parse)
    var instances: [Int] = [5, 10, 20]

    @Option(help: "How many roles, with commas. (default: 10,50,200)", transform: Sizes.parse)
    var roles: [Int] = [10, 50, 200]

    @Option(help: "The ttls, with commas. (default: 3s,10s)", transform: Sizes.parseDurations)
    var ttl: [Duration] = [.seconds(3), .seconds(10)]

    @Option(help: "The heartbeat of all cells; a third of each ttl unless given.", transform: Durations.parse)
    var heartbeat: Duration?

    @Option(help: "Go on with the sweep in this folder: what is measured stays, what was cut off is done again.")
    var resume: String?

    @Argument(parsing: .allUnrecognized, help: ArgumentHelp("Options of run.", visibility: .hidden))
    var others: [String] = []

    /// - Throws: ``Failure`` with exit code 64, or what ArgumentParser throws.
    func grid() throws -> SweepGrid {
        try SweepGrid(instances: instances, roles: roles, ttls: ttl, heartbeat: heartbeat, others: others)
    }

    /// The words of a sweep that goes on: those that it was begun with, and what it was not told to keep.
    ///
    /// - Parameter words: all after `sweep`.
    /// - Returns: the same words where nothing is resumed.
    /// - Throws: ``Failure`` with exit code 64 where the folder holds no sweep, or its settings are to change.
    static func resumed(_ words: [String]) throws -> [String] {
        guard let typed = (try? SweepCommand.parse(words)), let folder = typed.resume else { return words }
        if let word = SweepGrid.fixed(words).first {
            let name = word.prefix { $0 != "=" }
            throw Failure.badArgument(
                "\(name): --resume goes on with the sweep's own settings; leave it out, or begin a new sweep"
            )
        }
        return try SweepFolder.described(FilePath(folder)).words + words
    }

    func run() async throws {
        throw try await Sweep(grid: grid(), resumed: resume.map { FilePath($0) }).run()
    }
}

/// Lists of sizes, as `5,10,20`.
enum Sizes {
    static func parse(_ text: String) throws -> [Int] {
        try distinct(text) { word in
            guard let number = Int(word), number > 0 else {
                throw ValidationError("whole numbers above zero with commas, as 5,10,20")
            }
            return number
        }
    }

    static func parseDurations(_ text: String) throws -> [Duration] { try distinct(text, Durations.parse) }

    private static func distinct<Value: Hashable>(_ text: String, _ parse: (String) throws -> Value) throws -> [Value] {
        var values: [Value] = []
        for word in text.split(separator: ",", omittingEmptySubsequences: false) {
            let value = try parse(word.filter { $0 != " " })
            guard !values.contains(value) else { throw ValidationError("\(word) is named twice") }
            values.append(value)
        }
        return values
    }
}
