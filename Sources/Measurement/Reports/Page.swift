/// The result of a run as a person reads it, before it is laid out for a terminal or as Markdown.
struct Page: Sendable {
    enum Tone: Sendable { case plain, good, doubtful, bad }

    struct Column: Sendable {
        /// Where it may be broken there is a newline.
        var title: String
        var isNumber: Bool

        static func word(_ title: String) -> Column { Column(title: title, isNumber: false) }
        static func number(_ title: String) -> Column { Column(title: title, isNumber: true) }
    }

    struct Table: Sendable {
        var columns: [Column]
        /// An empty cell of numbers is shown as a dash: the sample was too small for it.
        var rows: [[String]]

        func shown(_ row: [String]) -> [String] {
            zip(columns, row).map { $0.isNumber && $1.isEmpty ? "–" : $1 }
        }
    }

    struct Fact: Sendable {
        var label: String
        var value: String
        var tone = Tone.plain
    }

    struct Section: Sendable {
        var title: String
        var note = ""
        var table: Table?
        var facts: [Fact] = []
        var remarks: [String] = []
    }

    var title: String
    /// Short facts that may be broken between each other.
    var subtitle: [String]
    var sections: [Section]
    var verdict: String
    var tone: Tone
    var reasons: [String]
}
