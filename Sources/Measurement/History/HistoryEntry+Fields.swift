/// What a field holds.
enum HistoryValue {
    case integer(Int64)
    case text(String)
    case numbers([(name: String, value: Int64)])
}

extension HistoryEntry {
    /// Each field that is there, by number. Numbers without a sign come as their bit pattern.
    func eachField(_ body: (HistoryField, HistoryValue) -> Void) {
        func integer(_ field: HistoryField, _ value: (some FixedWidthInteger)?) {
            if let value { body(field, .integer(Int64(truncatingIfNeeded: value))) }
        }
        func text(_ field: HistoryField, _ value: String?) {
            if let value { body(field, .text(value)) }
        }
        func numbers(_ field: HistoryField, _ value: [String: some FixedWidthInteger]?) {
            if let value { body(field, .numbers(value.map { ($0.key, Int64(truncatingIfNeeded: $0.value)) })) }
        }
        integer(.t, t)
        text(.source, source)
        integer(.incarnation, incarnation)
        text(.event, event)
        text(.role, role)
        integer(.term, term)
        integer(.revision, revision)
        text(.reason, reason)
        text(.operation, operation)
        text(.outcome, outcome)
        text(.value, value)
        text(.mark, mark)
        text(.token, token)
        integer(.dueNs, dueNs)
        integer(.sentNs, sentNs)
        integer(.ttlNs, ttlNs)
        integer(.lateNs, lateNs)
        numbers(.terms, terms)
        text(.instance, instance)
        integer(.instanceIncarnation, instanceIncarnation)
        integer(.pid, pid)
        text(.status, status)
        text(.server, server)
        text(.version, version)
        text(.name, name)
        text(.message, message)
        integer(.faultId, faultId)
        text(.fault, fault)
        text(.target, target)
        text(.detail, detail)
        integer(.durationNs, durationNs)
        integer(.directNs, directNs)
        integer(.linkedNs, linkedNs)
        integer(.count, count)
        integer(.rolesLed, rolesLed)
        numbers(.tasks, tasks)
        integer(.activities, activities)
        integer(.threads, threads)
        integer(.residentKb, residentKb)
        integer(.privateKb, privateKb)
        integer(.cpuMs, cpuMs)
        integer(.descriptors, descriptors)
        integer(.messagesIn, messagesIn)
        integer(.messagesOut, messagesOut)
        integer(.bytesIn, bytesIn)
        integer(.bytesOut, bytesOut)
    }

    /// Unpacks a record.
    init(_ row: HistoryRow, _ symbols: [String]) {
        func text(_ field: HistoryField) -> String? { row[text: field].map { symbols[Int($0.id)] } }
        func integer<Number: FixedWidthInteger>(_ field: HistoryField) -> Number? {
            row[integer: field].map { Number(truncatingIfNeeded: $0) }
        }
        func numbers<Number: FixedWidthInteger>(_ field: HistoryField) -> [String: Number]? {
            row[numbers: field].map { pairs in
                Dictionary(
                    pairs.map { (symbols[Int($0.name.id)], Number(truncatingIfNeeded: $0.value)) },
                    uniquingKeysWith: { $1 }
                )
            }
        }
        t = row.t
        source = symbols[Int(row.source.id)]
        incarnation = integer(.incarnation)
        event = text(.event) ?? ""
        role = text(.role)
        term = integer(.term)
        revision = integer(.revision)
        reason = text(.reason)
        operation = text(.operation)
        outcome = text(.outcome)
        value = text(.value)
        mark = text(.mark)
        token = text(.token)
        dueNs = integer(.dueNs)
        sentNs = integer(.sentNs)
        ttlNs = integer(.ttlNs)
        lateNs = integer(.lateNs)
        terms = numbers(.terms)
        instance = text(.instance)
        instanceIncarnation = integer(.instanceIncarnation)
        pid = integer(.pid)
        status = text(.status)
        server = text(.server)
        version = text(.version)
        name = text(.name)
        message = text(.message)
        faultId = integer(.faultId)
        fault = text(.fault)
        target = text(.target)
        detail = text(.detail)
        durationNs = integer(.durationNs)
        directNs = integer(.directNs)
        linkedNs = integer(.linkedNs)
        count = integer(.count)
        rolesLed = integer(.rolesLed)
        tasks = numbers(.tasks)
        activities = integer(.activities)
        threads = integer(.threads)
        residentKb = integer(.residentKb)
        privateKb = integer(.privateKb)
        cpuMs = integer(.cpuMs)
        descriptors = integer(.descriptors)
        messagesIn = integer(.messagesIn)
        messagesOut = integer(.messagesOut)
        bytesIn = integer(.bytesIn)
        bytesOut = integer(.bytesOut)
    }
}
