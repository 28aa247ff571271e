import ElectionCore
import Measurement

/// Histories with something of everything to show.
enum Tale {
    /// Twelve kills and a stop of the leaders of `r`; `s` is led by `c` throughout, which renews.
    static func eventful(role: String = "r", instances: [String] = ["a", "b", "c"]) -> Story {
        var story = Story(instances: instances)
        for index in 0..<12 {
            let begin = Duration.seconds(index * 5 - 3)
            let leader = instances[index % 2]
            let life = Int64(index / 2 + 1)
            story.suspect(role, leader, life, at: begin - .milliseconds(10 + index))
            story.lead(role, leader, life, term: UInt64(index + 1), from: begin, promoted: .milliseconds(index + 1))
            story.operate(.acquire, role, leader, life, sent: begin - .milliseconds(1), at: begin)
            story.kill(index, leader, life, at: begin + .milliseconds(2_500))
            story.endFault(index, FaultName.kill, leader, life + 1, at: begin + .seconds(3))
        }
        story.lead("s", instances[2], term: 100, from: .seconds(-1))
        story.renew("s", instances[2], firstRevision: 101, from: .zero, until: .seconds(60))
        for second in 0..<60 {
            story.add(.sample, at: .seconds(second), source: instances[2], incarnation: 1) {
                $0.tasks = ["watch": 1, "heartbeat": 2]
                $0.threads = 11
                $0.cpuMs = 40 * second
                $0.privateKb = second % 5 == 0 ? 4096 : nil
            }
        }
        return story
    }

    /// Two leaders at once.
    static func unsafe() -> Story {
        var story = eventful()
        story.lead("s", "a", 1, term: 200, from: .milliseconds(100))
        story.demote("s", "a", 1, term: 200, at: .milliseconds(400))
        return story
    }

    static func report(_ story: Story, roles: [String] = ["r", "s"]) -> RunReport {
        RunReport(Story.run(roles: roles, faults: ["kill"], minFaults: 1), story.history)
    }
}

extension RunReport {
    /// The rows of one of its CSVs, by column.
    func rows(_ name: String) -> [[String: String]] {
        let bytes = files.first { $0.name == name }?.bytes ?? []
        let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\r\n").map { line in
            line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        }
        guard let header = lines.first else { return [] }
        return lines.dropFirst().map { Dictionary(uniqueKeysWithValues: zip(header, $0)) }
    }
}
