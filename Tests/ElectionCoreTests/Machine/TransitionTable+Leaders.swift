import ElectionCore

extension TransitionTable {
    /// The own record of term 6, as ``Bench/leading(validates:)``} acquired it.
    static let leaders: [TransitionTable] = [
        TransitionTable(
            state: "leader with nothing in flight",
            instant: 20,
            entry: own(6),
            build: { Bench.leading() },
            rows: """
                connected; disconnected:
                  leader @990
                synced; sees same; sees missing; sees foreign lower; sees own write; reads same;
                reads foreign lower; reads own write; acknowledged; another acknowledged; rejected; rejected 0;
                rejected ?; refused; not sent; tick; healthy; loses b; ranked; enlisted:
                  leader @114
                sees marker; reads missing; reads marker:
                  demoted @-: ~demoted 6 removed at 20, DEMOTE 6 removed
                sees own late; sees foreign; sees unreadable; reads own late; reads foreign; reads unreadable;
                sees transfer; sees lost:
                  demoted @-: ~demoted 6 superseded at 20, DEMOTE 6 superseded
                reads nothing:
                  leader @33
                unhealthy:
                  demoted @114: ~demoted 6 unhealthy at 20, DEMOTE 6 unhealthy
                stop:
                  demoted @114: ~demoted 6 stopped at 20, DEMOTE 6 stopped
                sees claim:
                  demoted @-: ~demoted 6 claimed at 20, DEMOTE 6 claimed
                gives:
                  demoted @114: ~demoted 6 balanced at 20, DEMOTE 6 balanced
                first deadline:
                  leader @364: put #2 T1 if 6
                second deadline:
                  leader @614: ~renew unknown, read
                """
        ),
        TransitionTable(
            state: "leader with a renewal in flight",
            instant: 270,
            entry: own(6),
            build: { Bench.renewing() },
            rows: """
                connected; synced; sees same; sees missing; sees foreign lower; reads same; reads foreign lower;
                another acknowledged; tick; healthy; loses b; ranked; enlisted:
                  leader @500
                disconnected:
                  leader @990: ~renew unknown
                sees marker; reads marker:
                  demoted @-: ~renew lost, ~demoted 6 removed at 270, DEMOTE 6 removed
                sees own late; reads own late; sees transfer:
                  demoted @-: ~renew error, ~demoted 6 superseded at 270, DEMOTE 6 superseded
                sees foreign; sees unreadable; reads foreign; reads unreadable; sees lost:
                  demoted @-: ~renew lost, ~demoted 6 superseded at 270, DEMOTE 6 superseded
                sees own write; reads own write; acknowledged:
                  leader @364: ~renew ok 7
                reads missing:
                  demoted @500: ~demoted 6 removed at 270, DEMOTE 6 removed
                reads nothing; rejected ?:
                  leader @283
                rejected; rejected 0:
                  leader @520: read
                refused; not sent:
                  leader @283: ~renew error
                unhealthy:
                  demoted @500: ~demoted 6 unhealthy at 270, DEMOTE 6 unhealthy
                stop:
                  demoted @500: ~demoted 6 stopped at 270, DEMOTE 6 stopped
                sees claim:
                  demoted @-: ~renew lost, ~demoted 6 claimed at 270, DEMOTE 6 claimed
                gives:
                  demoted @500: ~demoted 6 balanced at 270, DEMOTE 6 balanced
                first deadline:
                  leader @750: ~renew unknown, read
                second deadline:
                  leader @990: read
                """
        ),
        TransitionTable(
            state: "leader with a renewal of unknown outcome",
            instant: 510,
            entry: own(6),
            build: {
                var bench = Bench.renewing()
                bench.at(500, .tick)
                return bench
            },
            rows: """
                connected; disconnected:
                  leader @990
                synced; rejected; rejected 0:
                  leader @760: read
                sees same; sees missing; sees foreign lower; another acknowledged; tick; healthy; loses b;
                ranked; enlisted:
                  leader @750
                sees marker:
                  demoted @750: ~renew lost, ~demoted 6 removed at 510, DEMOTE 6 removed
                sees own late; sees transfer:
                  demoted @750: ~renew error, ~demoted 6 superseded at 510, DEMOTE 6 superseded
                sees foreign; sees unreadable; sees lost:
                  demoted @750: ~renew lost, ~demoted 6 superseded at 510, DEMOTE 6 superseded
                sees own write; acknowledged:
                  leader @750: ~renew ok 7, put #3 T1 if 7
                reads same; reads foreign lower:
                  leader @760: ~renew error, put #3 T1 if 6
                reads missing:
                  demoted @-: ~renew error, ~demoted 6 removed at 510, DEMOTE 6 removed
                reads marker:
                  demoted @-: ~renew lost, ~demoted 6 removed at 510, DEMOTE 6 removed
                reads own late:
                  demoted @-: ~renew error, ~demoted 6 superseded at 510, DEMOTE 6 superseded
                reads foreign; reads unreadable:
                  demoted @-: ~renew lost, ~demoted 6 superseded at 510, DEMOTE 6 superseded
                reads own write:
                  leader @760: ~renew ok 7, put #3 T1 if 7
                reads nothing; rejected ?:
                  leader @523
                refused; not sent:
                  leader @750: ~renew error, put #3 T1 if 6
                unhealthy:
                  demoted @750: ~demoted 6 unhealthy at 510, DEMOTE 6 unhealthy
                stop:
                  demoted @750: ~demoted 6 stopped at 510, DEMOTE 6 stopped
                sees claim:
                  demoted @750: ~renew lost, ~demoted 6 claimed at 510, DEMOTE 6 claimed
                gives:
                  demoted @750: ~demoted 6 balanced at 510, DEMOTE 6 balanced
                first deadline:
                  leader @990: read
                second deadline:
                  demoted @1000: ~demoted 6 lease_expired at 990, DEMOTE 6 lease_expired
                """
        ),
        TransitionTable(
            state: "leader with a rejected renewal",
            instant: 270,
            entry: own(6),
            build: {
                var bench = Bench.renewing()
                bench.at(260, .written(.rejected(lastRevision: 7)))
                return bench
            },
            rows: """
                connected; disconnected:
                  leader @990
                synced; rejected; rejected 0:
                  leader @520: read
                sees same; sees missing; sees foreign lower; another acknowledged; tick; healthy; loses b;
                ranked; enlisted:
                  leader @510
                sees marker:
                  demoted @510: ~renew lost, ~demoted 6 removed at 270, DEMOTE 6 removed
                sees own late; sees transfer:
                  demoted @510: ~renew error, ~demoted 6 superseded at 270, DEMOTE 6 superseded
                sees foreign; sees unreadable; sees lost:
                  demoted @510: ~renew lost, ~demoted 6 superseded at 270, DEMOTE 6 superseded
                sees own write; reads own write; acknowledged:
                  leader @364: ~renew ok 7
                reads same; reads foreign lower:
                  leader @520: ~renew error, put #3 T1 if 6
                reads missing:
                  demoted @-: ~renew error, ~demoted 6 removed at 270, DEMOTE 6 removed
                reads marker:
                  demoted @-: ~renew lost, ~demoted 6 removed at 270, DEMOTE 6 removed
                reads own late:
                  demoted @-: ~renew error, ~demoted 6 superseded at 270, DEMOTE 6 superseded
                reads foreign; reads unreadable:
                  demoted @-: ~renew lost, ~demoted 6 superseded at 270, DEMOTE 6 superseded
                reads nothing; rejected ?:
                  leader @283
                refused; not sent:
                  leader @283: ~renew error
                unhealthy:
                  demoted @510: ~demoted 6 unhealthy at 270, DEMOTE 6 unhealthy
                stop:
                  demoted @510: ~demoted 6 stopped at 270, DEMOTE 6 stopped
                sees claim:
                  demoted @510: ~renew lost, ~demoted 6 claimed at 270, DEMOTE 6 claimed
                gives:
                  demoted @510: ~demoted 6 balanced at 270, DEMOTE 6 balanced
                first deadline:
                  leader @760: read
                second deadline:
                  leader @990: read
                """
        ),
        TransitionTable(
            state: "leader that is disconnected with a renewal of unknown outcome",
            instant: 270,
            entry: own(6),
            build: {
                var bench = Bench.renewing()
                bench.at(260, .disconnected)
                return bench
            },
            rows: """
                connected; disconnected; sees same; sees missing; sees foreign lower; reads nothing;
                another acknowledged; rejected; rejected 0; rejected ?; tick; healthy; loses b; ranked;
                enlisted:
                  leader @990
                synced:
                  leader @520: read
                sees marker; reads marker:
                  demoted @-: ~renew lost, ~demoted 6 removed at 270, DEMOTE 6 removed
                sees own late; reads own late; sees transfer:
                  demoted @-: ~renew error, ~demoted 6 superseded at 270, DEMOTE 6 superseded
                sees foreign; sees unreadable; reads foreign; reads unreadable; sees lost:
                  demoted @-: ~renew lost, ~demoted 6 superseded at 270, DEMOTE 6 superseded
                sees own write; reads own write; acknowledged:
                  leader @1240: ~renew ok 7
                reads same; reads foreign lower; refused; not sent:
                  leader @990: ~renew error
                reads missing:
                  demoted @-: ~renew error, ~demoted 6 removed at 270, DEMOTE 6 removed
                unhealthy:
                  demoted @990: ~demoted 6 unhealthy at 270, DEMOTE 6 unhealthy
                stop:
                  demoted @990: ~demoted 6 stopped at 270, DEMOTE 6 stopped
                sees claim:
                  demoted @-: ~renew lost, ~demoted 6 claimed at 270, DEMOTE 6 claimed
                gives:
                  demoted @990: ~demoted 6 balanced at 270, DEMOTE 6 balanced
                first deadline:
                  demoted @-: ~demoted 6 lease_expired at 990, DEMOTE 6 lease_expired
                """
        ),
        TransitionTable(
            state: "leader that is connected again and not yet synced",
            instant: 290,
            entry: own(6),
            build: {
                var bench = Bench.renewing()
                bench.at(260, .disconnected)
                bench.at(280, .connected)
                return bench
            },
            rows: """
                connected; disconnected; sees same; sees missing; sees foreign lower; reads nothing;
                another acknowledged; rejected; rejected 0; rejected ?; tick; healthy; loses b; ranked;
                enlisted:
                  leader @990
                synced:
                  leader @540: read
                sees marker; reads marker:
                  demoted @-: ~renew lost, ~demoted 6 removed at 290, DEMOTE 6 removed
                sees own late; reads own late; sees transfer:
                  demoted @-: ~renew error, ~demoted 6 superseded at 290, DEMOTE 6 superseded
                sees foreign; sees unreadable; reads foreign; reads unreadable; sees lost:
                  demoted @-: ~renew lost, ~demoted 6 superseded at 290, DEMOTE 6 superseded
                sees own write; reads own write; acknowledged:
                  leader @1240: ~renew ok 7
                reads same; reads foreign lower; refused; not sent:
                  leader @990: ~renew error
                reads missing:
                  demoted @-: ~renew error, ~demoted 6 removed at 290, DEMOTE 6 removed
                unhealthy:
                  demoted @990: ~demoted 6 unhealthy at 290, DEMOTE 6 unhealthy
                stop:
                  demoted @990: ~demoted 6 stopped at 290, DEMOTE 6 stopped
                sees claim:
                  demoted @-: ~renew lost, ~demoted 6 claimed at 290, DEMOTE 6 claimed
                gives:
                  demoted @990: ~demoted 6 balanced at 290, DEMOTE 6 balanced
                first deadline:
                  demoted @-: ~demoted 6 lease_expired at 990, DEMOTE 6 lease_expired
                """
        ),
        TransitionTable(
            state: "leader that validates its token",
            instant: 420,
            entry: own(8),
            build: {
                var bench = Bench.leading(validates: true)
                bench.at(120, .tick)
                bench.at(130, .written(.acknowledged(revision: 7)))
                bench.at(370, .tick)
                bench.at(380, .written(.acknowledged(revision: 8)))
                bench.at(410, .tick)
                return bench
            },
            rows: """
                connected; disconnected:
                  leader @1360
                synced; sees same; sees missing; sees foreign lower; sees own write; acknowledged;
                another acknowledged; rejected; rejected 0; rejected ?; refused; not sent; tick; healthy;
                loses b; ranked; enlisted:
                  leader @614
                sees marker:
                  demoted @660: ~demoted 6 removed at 420, DEMOTE 6 removed
                sees own late; sees foreign; sees unreadable; sees transfer; sees lost:
                  demoted @660: ~demoted 6 superseded at 420, DEMOTE 6 superseded
                reads same:
                  leader @614: ~validate ok 8
                reads missing:
                  demoted @-: ~validate lost 0, ~demoted 6 invalid_token at 420, DEMOTE 6 invalid_token
                reads marker; reads own late; reads foreign; reads unreadable:
                  demoted @-: ~validate lost 9, ~demoted 6 invalid_token at 420, DEMOTE 6 invalid_token
                reads foreign lower:
                  demoted @-: ~validate lost 7, ~demoted 6 invalid_token at 420, DEMOTE 6 invalid_token
                reads own write:
                  leader @614: ~validate ok 9
                reads nothing:
                  leader @433: ~validate error
                unhealthy:
                  demoted @614: ~demoted 6 unhealthy at 420, DEMOTE 6 unhealthy
                stop:
                  demoted @614: ~demoted 6 stopped at 420, DEMOTE 6 stopped
                sees claim:
                  demoted @660: ~demoted 6 claimed at 420, DEMOTE 6 claimed
                gives:
                  demoted @614: ~demoted 6 balanced at 420, DEMOTE 6 balanced
                first deadline:
                  leader @660: put #4 T1 if 8
                second deadline:
                  leader @810: read
                """
        ),
    ]
}

extension Bench {
    /// Leads term 6, and the renewal #2 was sent at 250 ms.
    static func renewing() -> Bench {
        var bench = leading()
        bench.at(250, .tick)
        return bench
    }
}
