extension RandomAccessCollection where Index == Int {
    /// The index of the first element for which it holds, or the end; it must hold for all elements after one for which it does.
    func partitioningIndex(where holds: (Element) -> Bool) -> Int {
        var low = startIndex
        var high = endIndex
        while low < high {
            let middle = low + (high - low) / 2
            if holds(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
