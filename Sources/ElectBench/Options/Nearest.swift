/// The name that somebody probably meant.
enum Nearest {
    /// Nil where none is near: more than a third of the word would have to change, and none begins with it.
    static func name(to word: String, among names: some Sequence<String>) -> String? {
        let limit = max(1, word.count / 3)
        let near = names.map { (name: $0, distance: distance(word.lowercased(), $0.lowercased())) }
        // Of two that are as near the first one, so that a list's order decides.
        return near.filter { $0.distance <= limit }.min { $0.distance < $1.distance }?.name
            ?? names.first { word.count > 2 && $0.lowercased().hasPrefix(word.lowercased()) }
    }

    /// `there is no fault "kil"; did you mean kill? There are …`, the sentence without its end.
    ///
    /// - Parameters:
    ///   - what: what somebody wanted, as `fault`.
    ///   - list: what there is instead, as `there are …`.
    static func missing(_ what: String, _ word: String, among names: [String], _ list: String) -> String {
        guard let near = name(to: word, among: names) else { return "there is no \(what) \"\(word)\"; \(list)" }
        return
            "there is no \(what) \"\(word)\"; did you mean \(near)? \(list.prefix(1).uppercased())\(list.dropFirst())"
    }

    /// How many characters have to be inserted, removed, replaced, or swapped with the next (Damerau and Levenshtein's
    /// distance, each character touched once).
    static func distance(_ left: String, _ right: String) -> Int {
        let (left, right) = (Array(left), Array(right))
        var beforeLast: [Int] = []
        var last = Array(0...right.count)
        for row in left.indices {
            var current = [row + 1]
            for column in right.indices {
                let isSame = left[row] == right[column]
                var best = min(last[column + 1] + 1, current[column] + 1, last[column] + (isSame ? 0 : 1))
                if row > 0, column > 0, left[row] == right[column - 1], left[row - 1] == right[column] {
                    best = min(best, beforeLast[column - 1] + 1)
                }
                current.append(best)
            }
            (beforeLast, last) = (last, current)
        }
        return last[right.count]
    }
}
