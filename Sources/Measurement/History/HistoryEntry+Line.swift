import ElectionCore

extension HistoryEntry {
    /// The entry as an encoder with sorted keys writes it, with its newline; nil where a text needs escapes.
    ///
    /// A run of 200 instances writes thousands of lines a second, and an encoder takes tens of microseconds for each.
    var plainLine: [UInt8]? {
        var out = CanonicalJSON()
        out.add(",\"activities\":", number: activities)
        out.add(",\"bytes_in\":", number: bytesIn)
        out.add(",\"bytes_out\":", number: bytesOut)
        out.add(",\"count\":", number: count)
        out.add(",\"cpu_ms\":", number: cpuMs)
        out.add(",\"descriptors\":", number: descriptors)
        out.add(",\"detail\":", text: detail)
        out.add(",\"direct_ns\":", number: directNs)
        out.add(",\"due_ns\":", number: dueNs)
        out.add(",\"duration_ns\":", number: durationNs)
        out.add(",\"event\":", text: event)
        out.add(",\"fault\":", text: fault)
        out.add(",\"fault_id\":", number: faultId)
        out.add(",\"incarnation\":", number: incarnation)
        out.add(",\"instance\":", text: instance)
        out.add(",\"instance_incarnation\":", number: instanceIncarnation)
        out.add(",\"late_ns\":", number: lateNs)
        out.add(",\"linked_ns\":", number: linkedNs)
        out.add(",\"mark\":", text: mark)
        out.add(",\"message\":", text: message)
        out.add(",\"messages_in\":", number: messagesIn)
        out.add(",\"messages_out\":", number: messagesOut)
        out.add(",\"name\":", text: name)
        out.add(",\"operation\":", text: operation)
        out.add(",\"outcome\":", text: outcome)
        out.add(",\"pid\":", number: pid)
        out.add(",\"private_kb\":", number: privateKb)
        out.add(",\"reason\":", text: reason)
        out.add(",\"resident_kb\":", number: residentKb)
        out.add(",\"revision\":", number: revision)
        out.add(",\"role\":", text: role)
        out.add(",\"roles_led\":", number: rolesLed)
        out.add(",\"sent_ns\":", number: sentNs)
        out.add(",\"server\":", text: server)
        out.add(",\"source\":", text: source)
        out.add(",\"status\":", text: status)
        out.add(",\"t\":", number: t)
        out.add(",\"target\":", text: target)
        out.add(",\"tasks\":", numbers: tasks)
        out.add(",\"term\":", number: term)
        out.add(",\"terms\":", numbers: terms)
        out.add(",\"threads\":", number: threads)
        out.add(",\"token\":", text: token)
        out.add(",\"ttl_ns\":", number: ttlNs)
        out.add(",\"value\":", text: value)
        out.add(",\"version\":", text: version)
        // The first comma has no field before it.
        out.add("}\n")
        return out.isPlain ? out.bytes(beginningWith: UInt8(ascii: "{")) : nil
    }
}

extension CanonicalJSON {
    fileprivate mutating func add(_ key: StaticString, number: (some BinaryInteger)?) {
        guard let number else { return }
        add(key)
        add(specialized: number)
    }

    private mutating func add(specialized number: some BinaryInteger) {
        if let integer = Int64(exactly: number) { add(integer: integer) } else { add(number: number) }
    }

    fileprivate mutating func add(_ key: StaticString, text: String?) {
        guard let text else { return }
        add(key)
        add(text: text)
    }

    fileprivate mutating func add(_ key: StaticString, numbers: [String: some BinaryInteger]?) {
        guard let numbers else { return }
        add(key)
        add("{")
        var isFirst = true
        for (name, number) in numbers.sorted(by: { $0.key < $1.key }) {
            if !isFirst { add(",") }
            isFirst = false
            add(text: name)
            add(":")
            add(specialized: number)
        }
        add("}")
    }
}
