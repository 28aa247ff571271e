import NIOCore

/// All links of a proxy, and whose impairments are in force. Belongs to its event loop.
final class LinkHub {
    private let eventLoop: any EventLoop
    private var links: [ProxiedLink] = []
    private var effects: [String: LinkEffects] = [:]

    init(eventLoop: any EventLoop) {
        self.eventLoop = eventLoop
    }

    /// How many connections there are that one side at least still holds.
    var connectionCount: Int { links.reduce(0) { $0 + $1.connectionCount } }

    /// Does what was asked, on all connections concerned, and then answers.
    func handle(_ request: LinkRequest, answer: @escaping (LinkAnswer) -> Void) {
        switch request.action {
        case .open(let links):
            open(links) { answer(LinkAnswer(id: request.id, $0)) }
        case .impair(let owner, let impairment):
            answer(LinkAnswer(id: request.id, impair(owner, impairment)))
        case .heal(let owner):
            answer(LinkAnswer(id: request.id, heal(owner)))
        }
    }

    private func open(_ new: [Link], answer: @escaping (LinkAnswer.Outcome) -> Void) {
        do {
            let opened = try new.map { try ProxiedLink($0, effects: effects(on: $0), eventLoop: eventLoop) }
            links += opened
            EventLoopFuture.whenAllSucceed(opened.map { $0.listen() }, on: eventLoop)
                .assumeIsolated()
                .whenComplete { result in
                    switch result {
                    case .success(let ports):
                        answer(.opened(Dictionary(zip(new.map(\.name), ports)) { first, _ in first }))
                    case .failure(let error):
                        answer(.failed("no port for a link: \(error)"))
                    }
                }
        } catch {
            answer(.failed("\(error)"))
        }
    }

    private func impair(_ owner: String, _ impairment: LinkImpairment) -> LinkAnswer.Outcome {
        let owned = links(of: owner)
        guard !owned.isEmpty else { return .unknownOwner }
        effects[owner, default: LinkEffects()].add(impairment)
        for link in owned {
            link.interrupt(impairment, by: owner)
            link.apply(effects(on: link.link))
        }
        return .done
    }

    private func heal(_ owner: String) -> LinkAnswer.Outcome {
        let owned = links(of: owner)
        guard !owned.isEmpty else { return .unknownOwner }
        effects[owner] = nil
        for link in owned {
            link.apply(effects(on: link.link))
            link.heal(owner)
        }
        return .done
    }

    private func links(of owner: String) -> [ProxiedLink] { links.filter { $0.link.owners.contains(owner) } }

    private func effects(on link: Link) -> LinkEffects {
        link.owners.reduce(LinkEffects()) { $0.merged(with: effects[$1] ?? LinkEffects()) }
    }
}
