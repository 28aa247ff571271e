import ArgumentParser

/// One or more of a few words, with commas, as `lease,connection`.
struct Choices<Choice>: Hashable, Sendable
where Choice: RawRepresentable & CaseIterable & Hashable & Sendable, Choice.RawValue == String {
    let all: [Choice]

    init(_ choice: Choice) {
        all = [choice]
    }

    /// - Parameter what: what a word names, for a message.
    /// - Throws: `ValidationError`.
    init(_ text: String, of what: String) throws {
        var all: [Choice] = []
        for word in text.split(separator: ",", omittingEmptySubsequences: false).map({ $0.filter { $0 != " " } }) {
            guard let choice = Choice(rawValue: word) else {
                let names = Choice.allCases.map(\.rawValue)
                let list = "there are \(names.joined(separator: ", "))"
                throw ValidationError(Nearest.missing(what, word, among: names, list))
            }
            guard !all.contains(choice) else { throw ValidationError("\(word) is named twice") }
            all.append(choice)
        }
        self.all = all
    }

    /// The text that is read back as these.
    var text: String { all.map(\.rawValue).joined(separator: ",") }
}
