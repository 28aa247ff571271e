import ElectionCore

/// Elections that hear of lost connections, in a ranked campaign.
extension TransitionTable {
    static func adjust(_ settings: inout ElectionSettings) {
        settings.hearsLosses()
        settings.isRanked()
    }

    static let members: [TransitionTable] = [
        TransitionTable(
            state: "follower that hears of losses",
            instant: 100,
            entry: Bench.foreign(6),
            build: { Bench.following(adjust) },
            rows: """
                connected; disconnected; synced; sees same; sees missing; sees foreign lower; sees own write;
                reads same; reads missing; reads foreign lower; reads own write; acknowledged;
                another acknowledged; rejected; rejected 0; rejected ?; refused; not sent; tick; unhealthy;
                healthy; ranked; gives; enlisted:
                  follower @1010
                sees marker; reads marker:
                  candidate @-: ~suspected 7 released, rank 7
                sees own late; reads own late:
                  candidate @-: ~suspected 7 expired, rank 7
                sees foreign; sees unreadable; reads foreign; reads unreadable; sees claim:
                  follower @1100
                reads nothing:
                  follower @113
                stop:
                  stopped @-: FINISHED
                sees transfer:
                  leader @198: ~suspected 7 transferred, ~acquired 7, PROMOTE 7 T1
                sees lost:
                  candidate @-: ~suspected 7 disconnected, rank 7
                loses b:
                  candidate @-: ~suspected 6 disconnected, rank 6
                first deadline:
                  candidate @-: ~suspected 6 expired, rank 6
                """
        ),
        TransitionTable(
            state: "candidate that asked for its rank",
            instant: 1020,
            entry: Bench.foreign(6),
            build: {
                var bench = Bench.following(adjust)
                bench.at(1010, .tick)
                return bench
            },
            rows: """
                connected; disconnected; sees same; sees missing; sees foreign lower; sees own write;
                reads same; reads foreign lower; acknowledged; another acknowledged; rejected; rejected 0;
                rejected ?; refused; not sent; tick; unhealthy; healthy; loses b; gives; enlisted:
                  candidate @-
                synced:
                  candidate @-: rank 6
                sees marker; reads marker:
                  candidate @-: ~suspected 7 released
                sees own late; reads own late:
                  candidate @-: ~suspected 7 expired
                sees foreign; sees unreadable; reads foreign; reads unreadable; sees claim:
                  follower @2020
                reads missing; reads own write:
                  candidate @-: ~suspected 0 missing
                reads nothing:
                  candidate @1033
                stop:
                  stopped @-: FINISHED
                sees transfer:
                  leader @1118: ~suspected 7 transferred, ~acquired 7, PROMOTE 7 T1
                sees lost:
                  candidate @-: ~suspected 7 disconnected
                ranked:
                  candidate @1270: put #1 T1 if 6
                """
        ),
        TransitionTable(
            state: "candidate that waits for its turn",
            instant: 1020,
            entry: Bench.foreign(6),
            build: {
                var bench = Bench.following(adjust)
                bench.at(1010, .tick)
                bench.at(1010, .ranked(40))
                return bench
            },
            rows: """
                connected; disconnected; unhealthy:
                  candidate @-
                synced; sees same; sees missing; sees foreign lower; sees own write; reads same;
                reads foreign lower; acknowledged; another acknowledged; rejected; rejected 0; rejected ?;
                refused; not sent; tick; healthy; loses b; gives; enlisted:
                  candidate @1050
                sees marker; reads marker:
                  candidate @1050: ~suspected 7 released
                sees own late; reads own late:
                  candidate @1050: ~suspected 7 expired
                sees foreign; sees unreadable; reads foreign; reads unreadable; sees claim:
                  follower @2020
                reads missing; reads own write:
                  candidate @1050: ~suspected 0 missing
                reads nothing:
                  candidate @1033
                stop:
                  stopped @-: FINISHED
                sees transfer:
                  leader @1118: ~suspected 7 transferred, ~acquired 7, PROMOTE 7 T1
                sees lost:
                  candidate @1050: ~suspected 7 disconnected
                ranked:
                  candidate @1270: put #1 T1 if 6
                first deadline:
                  candidate @1300: put #1 T1 if 6
                second deadline:
                  candidate @1550: ~acquire unknown, read
                """
        ),
        TransitionTable(
            state: "candidate whose try was overtaken by its disconnection",
            instant: 1030,
            entry: Bench.foreign(6),
            build: {
                var bench = Bench.following(adjust)
                bench.at(1010, .tick)
                bench.at(1010, .ranked(0))
                bench.at(1020, .disconnected)
                return bench
            },
            rows: """
                connected; disconnected; sees same; sees missing; sees foreign lower; reads nothing;
                another acknowledged; tick; unhealthy; healthy; loses b; ranked; gives; enlisted:
                  candidate @-
                synced:
                  candidate @1280: read
                sees marker; reads marker:
                  candidate @-: ~acquire lost, ~suspected 7 released
                sees own late; reads own late; sees transfer:
                  candidate @-: ~acquire error, ~suspected 7 expired
                sees foreign; sees unreadable; reads foreign; reads unreadable; sees claim:
                  follower @2030: ~acquire lost
                sees own write; reads own write; acknowledged:
                  candidate @-: ~acquire ok 7, ~suspected 7 expired
                reads same; reads foreign lower; refused; not sent:
                  candidate @-: ~acquire error
                reads missing:
                  candidate @-: ~acquire error, ~suspected 0 missing
                rejected; rejected 0; rejected ?:
                  candidate @-: ~acquire lost
                stop:
                  stopped @-: FINISHED
                sees lost:
                  candidate @-: ~acquire lost, ~suspected 7 disconnected
                """
        ),
        TransitionTable(
            state: "leader that hears of losses, a renewal in flight",
            instant: 120,
            entry: own(6),
            build: {
                var bench = Bench.leading { $0.hearsLosses() }
                bench.at(114, .tick)
                return bench
            },
            rows: """
                connected; synced; sees same; sees missing; sees foreign lower; reads same; reads foreign lower;
                another acknowledged; tick; healthy; loses b; ranked; enlisted:
                  leader @364
                disconnected:
                  demoted @-: ~renew unknown, ~demoted 6 disconnected at 120, DEMOTE 6 disconnected
                sees marker; reads marker:
                  demoted @-: ~renew lost, ~demoted 6 removed at 120, DEMOTE 6 removed
                sees own late; reads own late; sees transfer:
                  demoted @-: ~renew error, ~demoted 6 superseded at 120, DEMOTE 6 superseded
                sees foreign; sees unreadable; reads foreign; reads unreadable; sees lost:
                  demoted @-: ~renew lost, ~demoted 6 superseded at 120, DEMOTE 6 superseded
                sees own write; reads own write; acknowledged:
                  leader @364: ~renew ok 7
                reads missing:
                  demoted @364: ~demoted 6 removed at 120, DEMOTE 6 removed
                reads nothing; rejected ?:
                  leader @133
                rejected; rejected 0:
                  leader @370: read
                refused; not sent:
                  leader @133: ~renew error
                unhealthy:
                  demoted @364: ~demoted 6 unhealthy at 120, DEMOTE 6 unhealthy
                stop:
                  demoted @364: ~demoted 6 stopped at 120, DEMOTE 6 stopped
                sees claim:
                  demoted @-: ~renew lost, ~demoted 6 claimed at 120, DEMOTE 6 claimed
                gives:
                  demoted @364: ~demoted 6 balanced at 120, DEMOTE 6 balanced
                first deadline:
                  leader @614: ~renew unknown, read
                second deadline:
                  leader @864: read
                """
        ),
        TransitionTable(
            state: "leader by a transfer",
            instant: 120,
            entry: Bench.transferred(7),
            build: {
                var bench = Bench.following(adjust)
                bench.at(110, .observed(Bench.transferred(7), Standing(precededBy: .ms(50))))
                return bench
            },
            rows: """
                connected:
                  leader @1040
                disconnected:
                  demoted @-: ~demoted 7 disconnected at 120, DEMOTE 7 disconnected
                synced; sees same; sees missing; sees foreign lower; sees own write; reads same;
                reads foreign lower; acknowledged; another acknowledged; rejected; rejected 0; rejected ?;
                refused; not sent; tick; healthy; sees transfer; loses b; ranked; enlisted:
                  leader @208
                sees marker; reads missing; reads marker; reads own write:
                  demoted @-: ~demoted 7 removed at 120, DEMOTE 7 removed
                sees own late; sees foreign; sees unreadable; reads own late; reads foreign; reads unreadable;
                sees lost:
                  demoted @-: ~demoted 7 superseded at 120, DEMOTE 7 superseded
                reads nothing:
                  leader @133
                unhealthy:
                  demoted @208: ~demoted 7 unhealthy at 120, DEMOTE 7 unhealthy
                stop:
                  demoted @208: ~demoted 7 stopped at 120, DEMOTE 7 stopped
                sees claim:
                  demoted @-: ~demoted 7 claimed at 120, DEMOTE 7 claimed
                gives:
                  demoted @208: ~demoted 7 balanced at 120, DEMOTE 7 balanced
                first deadline:
                  leader @458: put #1 T1 if 7
                second deadline:
                  leader @708: ~renew unknown, read
                """
        ),
    ]
}
