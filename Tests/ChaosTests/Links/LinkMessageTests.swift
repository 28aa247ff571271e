import Testing

@testable import Chaos

struct LinkMessageTests {
    @Test(arguments: [
        LinkRequest.Action.open([Link(name: "instance-1/server-1", owners: ["instance-1"], target: 4222)]),
        .impair(owner: "instance-1", .blocked),
        .impair(owner: "instance-1", .blockedOneWay(.fromServer)),
        .impair(owner: "instance-1", .reset(.both)),
        .impair(owner: "instance-1", .delayed(latency: .milliseconds(50), jitter: .microseconds(1))),
        .impair(owner: "instance-1", .limited(bytesPerSecond: 2000)),
        .impair(owner: "instance-1", .droppedAtServer),
        .heal(owner: "instance-1"),
    ])
    func `a request is one line, and reads as it was written`(action: LinkRequest.Action) throws {
        let request = LinkRequest(id: 7, action: action)
        let line = try LinkMessage.line(request)
        #expect(line.filter { $0 == UInt8(ascii: "\n") }.count == 1)
        #expect(try LinkMessage.parse(line, as: LinkRequest.self) == request)
    }

    @Test(arguments: [LinkAnswer.Outcome.opened(["a": 1, "b": 2]), .done, .unknownOwner, .failed("no port")])
    func `an answer reads as it was written`(outcome: LinkAnswer.Outcome) throws {
        let answer = LinkAnswer(id: 7, outcome)
        #expect(try LinkMessage.parse(LinkMessage.line(answer), as: LinkAnswer.self) == answer)
    }
}
