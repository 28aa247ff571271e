/// What a push consumer says about a message in its reply subject.
///
/// `$JS.ACK.<stream>.<consumer>.<delivered>.<stream seq>.<consumer seq>.<time>.<pending>`, or with a domain and an
/// account's hash before the stream, and a random token at the end.
struct DeliverySubject: Hashable {
    var streamSequence: UInt64
    var consumerSequence: UInt64
    var pending: UInt64

    init?(_ subject: UnsafeRawBufferPointer) {
        guard subject.end(of: "$JS.ACK.") == 8 else { return nil }
        var dots = 0
        for byte in subject where byte == UInt8(ascii: ".") { dots += 1 }
        let first: Int
        switch dots + 1 {
        case 9: first = 5
        case 11...: first = 7
        default: return nil
        }
        var token = 0
        var offset = 0
        var numbers: (UInt64?, UInt64?, UInt64?) = (nil, nil, nil)
        while offset < subject.count {
            switch token {
            case first: numbers.0 = subject.number(at: offset)
            case first + 1: numbers.1 = subject.number(at: offset)
            case first + 3: numbers.2 = subject.number(at: offset)
            default: break
            }
            while offset < subject.count, subject[offset] != UInt8(ascii: ".") { offset += 1 }
            offset += 1
            token += 1
        }
        guard let stream = numbers.0, let consumer = numbers.1, let pending = numbers.2 else { return nil }
        streamSequence = stream
        consumerSequence = consumer
        self.pending = pending
    }
}
