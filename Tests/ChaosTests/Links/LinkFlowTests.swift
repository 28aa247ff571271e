import NIOCore
import Testing

@testable import Chaos

struct LinkFlowTests {
    private func at(_ milliseconds: Int64) -> NIODeadline {
        .uptimeNanoseconds(1_000_000_000) + .milliseconds(milliseconds)
    }
    private func piece(_ text: String) -> ByteBuffer { ByteBuffer(string: text) }

    private func flow(_ condition: LinkCondition) -> LinkFlow {
        var flow = LinkFlow(seed: 1)
        flow.change(to: condition, now: at(0))
        return flow
    }

    @Test func `a latency holds each piece for itself`() {
        var flow = flow(LinkCondition(latency: .milliseconds(10)))
        flow.append(piece("a"), now: at(0))
        flow.append(piece("b"), now: at(4))
        #expect(flow.next(now: at(9)) == .wait(until: at(10)))
        #expect(flow.next(now: at(10)) == .pass(piece("a")))
        #expect(flow.next(now: at(10)) == .wait(until: at(14)))
        #expect(flow.next(now: at(14)) == .pass(piece("b")))
        #expect(flow.next(now: at(14)) == .nothing)
    }

    @Test func `a limited line carries a piece in its time, a hundredth of a second's worth at once`() {
        var flow = flow(LinkCondition(bytesPerSecond: 200))
        flow.append(piece("abcd"), now: at(0))
        #expect(flow.next(now: at(9)) == .wait(until: at(10)))
        #expect(flow.next(now: at(10)) == .pass(piece("ab")))
        #expect(flow.next(now: at(10)) == .wait(until: at(20)))
        #expect(flow.next(now: at(20)) == .pass(piece("cd")))
    }

    @Test func `a limited line saves nothing up while nothing was sent`() {
        var flow = flow(LinkCondition(bytesPerSecond: 200))
        flow.append(piece("ab"), now: at(5000))
        #expect(flow.next(now: at(5000)) == .wait(until: at(5010)))
    }

    @Test func `an end comes after the last piece, with its latency`() {
        var flow = flow(LinkCondition(latency: .milliseconds(10)))
        flow.append(piece("a"), now: at(0))
        flow.end(.finished, now: at(5))
        #expect(flow.next(now: at(20)) == .pass(piece("a")))
        #expect(flow.next(now: at(14)) == .wait(until: at(15)))
        #expect(flow.next(now: at(15)) == .end(.finished))
        #expect(flow.next(now: at(15)) == .nothing)
        flow.end(.gone, now: at(20))
        #expect(flow.next(now: at(30)) == .end(.gone))
    }

    @Test func `a blocked flow lets nothing pass and takes nothing more`() {
        var flow = flow(LinkCondition(isBlocked: true))
        flow.append(piece("a"), now: at(0))
        flow.end(.gone, now: at(0))
        #expect(flow.next(now: at(1000)) == .nothing)
        #expect(!flow.takesMore)
        flow.change(to: LinkCondition(), now: at(2000))
        #expect(flow.next(now: at(2000)) == .pass(piece("a")))
        #expect(flow.next(now: at(2000)) == .end(.gone))
    }

    @Test func `it takes no more than a buffer's worth ahead`() {
        var flow = flow(LinkCondition(bytesPerSecond: 1000))
        #expect(flow.takesMore)
        flow.append(ByteBuffer(repeating: 0, count: 65536), now: at(0))
        #expect(!flow.takesMore)
        flow.discard()
        #expect(flow.takesMore)
    }

    @Test func `impairments of two owners add up`() {
        var first = LinkEffects()
        first.add(.delayed(latency: .milliseconds(5), jitter: .zero))
        first.add(.limited(bytesPerSecond: 1000))
        var second = LinkEffects()
        second.add(.delayed(latency: .milliseconds(7), jitter: .milliseconds(1)))
        second.add(.blockedOneWay(.toServer))
        let both = first.merged(with: second)
        #expect(
            both.fromServer == LinkCondition(latency: .milliseconds(12), jitter: .milliseconds(1), bytesPerSecond: 1000)
        )
        #expect(both.toServer.isBlocked && !both.fromServer.isBlocked && !both.allowsConnecting)
    }
}
