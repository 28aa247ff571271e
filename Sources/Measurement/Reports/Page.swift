/// The result of a run as a person reads it, before it is laid out for a terminal or as Markdown.
package struct Page: Sendable {
    package enum Tone: Sendable { case plain, good, doubtful, bad }

    package struct Column: Sendable {
        /// Where it may be broken there is a newline.
        package var title: String
        package var isNumber: Bool

        package static func word(_ title: String) -> Column { Column(title: title, isNumber: false) }
        package static func number(_ title: String) -> Column { Column(title: title, isNumber: true) }
    }

    package struct Table: Sendable {
        package var columns: [Column]
        /// An empty cell of numbers is shown as a dash: the sample was too small for it.
        package var rows: [[String]]

        package init(columns: [Column], rows: [[String]]) {
            self.columns = columns
            self.rows = rows
        }

        package func shown(_ row: [String]) -> [String] {
            zip(columns, row).map { $0.isNumber && $1.isEmpty ? "–" : $1 }
        }
    }

    package struct Fact: Sendable {
        package var label: String
        package var value: String
        package var tone = Tone.plain

        package init(label: String, value: String, tone: Tone = .plain) {
            self.label = label
            self.value = value
            self.tone = tone
        }
    }

    package struct Section: Sendable {
        package var title: String
        package var note = ""
        package var table: Table?
        package var facts: [Fact] = []
        package var remarks: [String] = []

        package init(
            title: String,
            note: String = "",
            table: Table? = nil,
            facts: [Fact] = [],
            remarks: [String] = []
        ) {
            self.title = title
            self.note = note
            self.table = table
            self.facts = facts
            self.remarks = remarks
        }
    }

    package var title: String
    /// Short facts that may be broken between each other.
    package var subtitle: [String]
    package var sections: [Section]
    package var verdict: String
    package var tone: Tone
    package var reasons: [String]
}
