import ElectionCore

/// Roles that are given, and roles that are claimed.
extension TransitionTable {
    static let handovers: [TransitionTable] = [
        TransitionTable(
            state: "giver whose callback runs",
            instant: 60,
            entry: own(6),
            build: {
                var bench = Bench.leading { $0.hearsLosses() }
                bench.at(50, .give(.balanced))
                return bench
            },
            rows: """
                connected:
                  demoted @990
                synced; sees same; sees missing; sees foreign lower; sees own write; reads same;
                reads foreign lower; reads own write; acknowledged; another acknowledged; rejected; rejected 0;
                rejected ?; refused; not sent; tick; unhealthy; healthy; stop; loses b; ranked; gives; enlisted:
                  demoted @114
                disconnected; sees marker; sees own late; sees foreign; sees unreadable; reads missing; reads marker;
                reads own late; reads foreign; reads unreadable; sees claim; sees transfer; sees lost:
                  demoted @-
                reads nothing:
                  demoted @73
                callback finished:
                  demoted @310: ~steppedDown 6 balanced, give b #2 T2 if 6
                first deadline:
                  demoted @364: put #2 T1 if 6
                second deadline:
                  demoted @614: ~renew unknown, read
                """
        ),
        TransitionTable(
            state: "giver with the transfer in flight",
            instant: 70,
            entry: own(6),
            build: {
                var bench = Bench.leading { $0.hearsLosses() }
                bench.at(50, .give(.balanced))
                bench.at(60, .callbackFinished)
                return bench
            },
            rows: """
                connected:
                  candidate @310: ~suspected 6 expired
                disconnected:
                  candidate @-: ~transfer unknown, ~suspected 6 expired
                synced; sees same; sees missing; sees foreign lower; reads same; reads foreign lower;
                another acknowledged; tick; unhealthy; healthy; stop; loses b; ranked; gives; enlisted:
                  demoted @310
                sees marker; reads marker:
                  candidate @320: ~transfer lost, ~suspected 7 released, put #3 T3 if 7
                sees own late; reads own late; sees transfer:
                  candidate @320: ~transfer error, ~suspected 7 expired, put #3 T3 if 7
                sees foreign; sees unreadable; reads foreign; reads unreadable:
                  follower @1070: ~transfer lost
                sees own write; reads own write; acknowledged:
                  follower @1070: ~transfer ok 7, ~released 6 by 7 to b
                reads missing:
                  candidate @310: ~suspected 0 missing
                reads nothing; rejected ?:
                  demoted @83
                rejected; rejected 0:
                  demoted @320: read
                refused; not sent:
                  demoted @83: ~transfer error
                sees claim:
                  follower @1070: ~transfer lost
                sees lost:
                  candidate @320: ~transfer lost, ~suspected 7 disconnected, put #3 T3 if 7
                first deadline:
                  demoted @560: ~transfer unknown, read
                second deadline:
                  demoted @810: read
                """
        ),
        TransitionTable(
            state: "giver that stops, with the transfer of unknown outcome",
            instant: 320,
            entry: own(6),
            build: {
                var bench = Bench.leading { $0.hearsLosses() }
                bench.at(50, .stop)
                bench.at(60, .callbackFinishedFor(Bench.other))
                bench.at(310, .tick)
                return bench
            },
            rows: """
                connected; disconnected:
                  stopped @-: ~suspected 6 expired, FINISHED
                synced; rejected; rejected 0:
                  demoted @570: read
                sees same; sees missing; sees foreign lower; another acknowledged; tick; unhealthy; healthy;
                stop; loses b; ranked; gives; enlisted:
                  demoted @560
                sees marker; reads marker:
                  stopped @-: ~transfer lost, ~suspected 7 released, FINISHED
                sees own late; reads own late; sees transfer:
                  stopped @-: ~transfer error, ~suspected 7 expired, FINISHED
                sees foreign; sees unreadable; reads foreign; reads unreadable:
                  stopped @-: ~transfer lost, FINISHED
                sees own write; reads own write; acknowledged:
                  stopped @-: ~transfer ok 7, ~released 6 by 7 to b, FINISHED
                reads same; reads foreign lower:
                  demoted @570: ~transfer error, give b #3 T3 if 6
                reads missing:
                  stopped @-: ~transfer error, ~suspected 0 missing, FINISHED
                reads nothing; rejected ?:
                  demoted @333
                refused; not sent:
                  demoted @333: ~transfer error
                sees claim:
                  stopped @-: ~transfer lost, FINISHED
                sees lost:
                  stopped @-: ~transfer lost, ~suspected 7 disconnected, FINISHED
                first deadline:
                  demoted @810: read
                second deadline:
                  demoted @990: read
                """
        ),
        TransitionTable(
            state: "leader whose role was claimed, the callback running",
            instant: 60,
            entry: Bench.foreign(7, mark: .claim, priority: 1),
            build: {
                var bench = Bench.leading { $0.hearsLosses() }
                bench.at(50, .observed(Bench.foreign(7, mark: .claim, priority: 1)))
                return bench
            },
            rows: """
                connected; disconnected; synced; sees same; sees missing; sees marker; sees own late;
                sees foreign; sees foreign lower; sees unreadable; sees own write; reads same; reads missing;
                reads marker; reads own late; reads foreign; reads foreign lower; reads unreadable;
                reads own write; acknowledged; another acknowledged; rejected; rejected 0; rejected ?; refused;
                not sent; tick; unhealthy; healthy; stop; sees claim; sees transfer; sees lost; loses b; ranked;
                gives; enlisted:
                  demoted @-
                reads nothing:
                  demoted @73
                callback finished:
                  demoted @310: ~steppedDown 6 claimed, give b #2 T2 if 7
                """
        ),
        TransitionTable(
            state: "leader whose role was claimed, the confirmation in flight",
            instant: 70,
            entry: Bench.foreign(7, mark: .claim, priority: 1),
            build: {
                var bench = Bench.leading { $0.hearsLosses() }
                bench.at(50, .observed(Bench.foreign(7, mark: .claim, priority: 1)))
                bench.at(60, .callbackFinished)
                return bench
            },
            rows: """
                connected; reads missing:
                  follower @310
                disconnected:
                  follower @1050: ~transfer unknown
                synced; sees same; sees missing; sees foreign lower; reads same; reads foreign lower;
                another acknowledged; tick; unhealthy; healthy; stop; ranked; gives; enlisted:
                  demoted @310
                sees marker; reads marker:
                  candidate @320: ~transfer lost, ~suspected 8 released, put #3 T3 if 8
                sees own late; reads own late; sees transfer:
                  candidate @320: ~transfer error, ~suspected 8 expired, put #3 T3 if 8
                sees foreign; sees unreadable; reads foreign; reads unreadable; sees claim:
                  follower @1070: ~transfer lost
                sees own write; reads own write; acknowledged:
                  follower @1070: ~transfer ok 8, ~released 6 by 8 to b
                reads nothing; rejected ?:
                  demoted @83
                rejected; rejected 0:
                  demoted @320: read
                refused; not sent:
                  demoted @83: ~transfer error
                sees lost:
                  candidate @320: ~transfer lost, ~suspected 8 disconnected, put #3 T3 if 8
                loses b:
                  candidate @310: ~suspected 7 disconnected
                first deadline:
                  demoted @560: ~transfer unknown, read
                second deadline:
                  demoted @810: read
                """
        ),
        TransitionTable(
            state: "follower with a claim in flight",
            instant: 20,
            entry: Bench.foreign(6),
            build: { claiming() },
            rows: """
                connected; synced; sees same; sees missing; sees foreign lower; reads same; reads missing;
                reads foreign lower; another acknowledged; tick; unhealthy; healthy; stop; ranked; gives;
                enlisted:
                  follower @260
                disconnected:
                  follower @1010: ~claim unknown
                sees marker; reads marker:
                  candidate @270: ~claim lost, ~suspected 7 released, put #2 T2 if 7
                sees own late; reads own late:
                  candidate @270: ~claim error, ~suspected 7 expired, put #2 T2 if 7
                sees foreign; reads foreign:
                  follower @270: ~claim lost, claim #2 T2 if 7
                sees unreadable; reads unreadable; sees claim:
                  follower @1020: ~claim lost
                sees own write; reads own write; acknowledged:
                  follower @1010: ~claim ok 7
                reads nothing:
                  follower @33
                rejected; rejected 0; rejected ?:
                  follower @260: ~claim lost
                refused; not sent:
                  follower @260: ~claim error
                sees transfer:
                  leader @166: ~claim error, ~suspected 7 transferred, ~acquired 7, PROMOTE 7 T2
                sees lost:
                  candidate @270: ~claim lost, ~suspected 7 disconnected, put #2 T2 if 7
                loses b:
                  candidate @260: ~suspected 6 disconnected
                first deadline:
                  follower @510: ~claim unknown, read
                second deadline:
                  follower @760: read
                """
        ),
        TransitionTable(
            state: "follower whose claim stands",
            instant: 30,
            entry: claimed(7),
            build: {
                var bench = claiming()
                bench.at(20, .written(.acknowledged(revision: 7)))
                return bench
            },
            rows: """
                connected; disconnected; synced; sees same; sees missing; sees foreign lower; sees own write;
                reads same; reads missing; reads foreign lower; reads own write; acknowledged;
                another acknowledged; rejected; rejected 0; rejected ?; refused; not sent; tick; unhealthy;
                healthy; ranked; gives; enlisted:
                  follower @1010
                sees marker; reads marker:
                  candidate @280: ~suspected 8 released, put #2 T2 if 8
                sees own late; reads own late:
                  candidate @280: ~suspected 8 expired, put #2 T2 if 8
                sees foreign; reads foreign:
                  follower @280: claim #2 T2 if 8
                sees unreadable; reads unreadable; sees claim:
                  follower @1030
                reads nothing:
                  follower @43
                stop:
                  stopped @-: FINISHED
                sees transfer:
                  leader @176: ~suspected 8 transferred, ~acquired 8, PROMOTE 8 T2
                sees lost:
                  candidate @280: ~suspected 8 disconnected, put #2 T2 if 8
                loses b:
                  candidate @280: ~suspected 7 disconnected, put #2 T2 if 7
                first deadline:
                  candidate @1260: ~suspected 7 expired, put #2 T2 if 7
                second deadline:
                  candidate @1510: ~acquire unknown, read
                """
        ),
    ]

    /// Follows `b` from 10 ms on; the claim #1 was sent at once.
    private static func claiming() -> Bench {
        Bench.following { settings in
            settings.hearsLosses()
            settings.outranks()
        }
    }

    /// The claim of ``claiming()``, under this revision.
    private static func claimed(_ revision: UInt64) -> StoredEntry {
        guard let record = claiming().lastRecord else { preconditionFailure("a claimer without a record") }
        return .record(record, revision: revision)
    }
}
