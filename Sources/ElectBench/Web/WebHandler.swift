import NIOCore
import NIOHTTP1

/// One connection of a browser or a scraper.
final class WebHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let site: any WebSite
    private let listeners: WebListeners
    private var request: HTTPRequestHead?

    init(site: any WebSite, listeners: WebListeners) {
        self.site = site
        self.listeners = listeners
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head): request = head
        case .body: break
        case .end:
            guard let request else { return }
            self.request = nil
            answer(request, context)
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        listeners.remove(context.channel)
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

    private func answer(_ request: HTTPRequestHead, _ context: ChannelHandlerContext) {
        let path = request.uri.prefix { $0 != "?" }
        guard request.method == .GET || request.method == .HEAD else {
            return respond(.methodNotAllowed, .text("only GET and HEAD"), to: request, context)
        }
        if path == WebServer.eventsPath, request.method == .GET { return listen(request, context) }
        guard let answer = site.answer(String(path)) else {
            return respond(.notFound, .text("there is no \(path)"), to: request, context)
        }
        respond(answer.isEarly ? .serviceUnavailable : .ok, answer, to: request, context)
    }

    private func respond(
        _ status: HTTPResponseStatus,
        _ answer: WebAnswer,
        to request: HTTPRequestHead,
        _ context: ChannelHandlerContext
    ) {
        var headers = Self.headers(answer.type)
        headers.add(name: "Content-Length", value: String(answer.body.count))
        if status == .methodNotAllowed { headers.add(name: "Allow", value: "GET, HEAD") }
        if answer.isEarly { headers.add(name: "Retry-After", value: "3") }
        if !request.isKeepAlive { headers.add(name: "Connection", value: "close") }
        write(.head(HTTPResponseHead(version: request.version, status: status, headers: headers)), context)
        if request.method != .HEAD {
            write(.body(.byteBuffer(context.channel.allocator.buffer(bytes: answer.body))), context)
        }
        let written = context.writeAndFlush(wrapOutboundOut(.end(nil)))
        if !request.isKeepAlive { written.assumeIsolated().whenComplete { _ in context.close(promise: nil) } }
    }

    private func listen(_ request: HTTPRequestHead, _ context: ChannelHandlerContext) {
        let headers = Self.headers("text/event-stream")
        write(.head(HTTPResponseHead(version: request.version, status: .ok, headers: headers)), context)
        for event in site.greeting() {
            write(.body(.byteBuffer(context.channel.allocator.buffer(string: event.text))), context)
        }
        listeners.add(context.channel)
        context.flush()
    }

    private func write(_ part: HTTPServerResponsePart, _ context: ChannelHandlerContext) {
        context.write(wrapOutboundOut(part), promise: nil)
    }

    private static func headers(_ type: String) -> HTTPHeaders {
        ["Content-Type": type, "Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"]
    }
}

extension WebAnswer {
    fileprivate static func text(_ line: String) -> WebAnswer {
        WebAnswer(type: "text/plain; charset=utf-8", body: Array("\(line)\n".utf8))
    }
}
