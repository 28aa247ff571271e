import ElectionCore

extension TransitionTable {
    static let candidates: [TransitionTable] = [
        TransitionTable(
            state: "candidate that never was connected",
            instant: 0,
            entry: .missing,
            build: { Bench.started() },
            rows: """
                connected; disconnected; synced; reads nothing; acknowledged; another acknowledged; rejected;
                rejected 0; rejected ?; refused; not sent; tick; unhealthy; healthy; loses b; ranked; gives;
                enlisted:
                  candidate @-
                sees same; sees missing; sees own write; reads same; reads missing; reads own write:
                  candidate @-: ~suspected 0 missing
                sees marker; reads marker:
                  candidate @-: ~suspected 1 released
                sees own late; reads own late; sees transfer:
                  candidate @-: ~suspected 1 expired
                sees foreign; sees foreign lower; sees unreadable; reads foreign; reads foreign lower;
                reads unreadable; sees claim; sees lost:
                  follower @1000
                stop:
                  stopped @-: FINISHED
                """
        ),
        TransitionTable(
            state: "candidate without a view, connected",
            instant: 5,
            entry: .missing,
            build: {
                var bench = Bench.started()
                bench.at(0, .connected)
                return bench
            },
            rows: """
                connected; disconnected; synced; reads nothing; acknowledged; another acknowledged; rejected;
                rejected 0; rejected ?; refused; not sent; tick; unhealthy; healthy; loses b; ranked; gives;
                enlisted:
                  candidate @-
                sees same; sees missing; sees own write; reads same; reads missing; reads own write:
                  candidate @-: ~suspected 0 missing
                sees marker; reads marker:
                  candidate @-: ~suspected 1 released
                sees own late; reads own late:
                  candidate @-: ~suspected 1 expired
                sees foreign; sees foreign lower; sees unreadable; reads foreign; reads foreign lower;
                reads unreadable; sees claim; sees lost:
                  follower @1005
                stop:
                  stopped @-: FINISHED
                sees transfer:
                  leader @995: ~suspected 1 transferred, ~acquired 1, PROMOTE 1 T1
                """
        ),
        TransitionTable(
            state: "candidate with a planned try",
            instant: 5,
            entry: .marker(revision: 5),
            build: {
                var bench = Bench(spread: .milliseconds(100))
                bench.at(0, .start)
                bench.at(0, .connected)
                bench.at(0, .observed(.marker(revision: 5)))
                bench.at(0, .synced)
                return bench
            },
            rows: """
                connected; disconnected; unhealthy:
                  candidate @-
                synced; sees same; sees missing; sees foreign lower; sees own write; reads same;
                reads foreign lower; acknowledged; another acknowledged; rejected; rejected 0; rejected ?;
                refused; not sent; tick; healthy; loses b; gives; enlisted:
                  candidate @39
                sees marker; reads marker:
                  candidate @39: ~suspected 6 released
                sees own late; reads own late:
                  candidate @39: ~suspected 6 expired
                sees foreign; sees unreadable; reads foreign; reads unreadable; sees claim; sees lost:
                  follower @1005
                reads missing; reads own write:
                  candidate @39: ~suspected 0 missing
                reads nothing:
                  candidate @18
                stop:
                  stopped @-: FINISHED
                sees transfer:
                  leader @10: ~suspected 6 transferred, ~acquired 6, PROMOTE 6 T1
                ranked:
                  candidate @255: put #1 T1 if 5
                first deadline:
                  candidate @289: put #1 T1 if 5
                second deadline:
                  candidate @539: ~acquire unknown, read
                """
        ),
        TransitionTable(
            state: "candidate that is not healthy",
            instant: 20,
            entry: .marker(revision: 5),
            build: {
                var bench = Bench.started()
                bench.at(0, .connected)
                bench.at(0, .healthy(false))
                bench.at(0, .observed(.marker(revision: 5)))
                bench.at(0, .synced)
                return bench
            },
            rows: """
                connected; disconnected; synced; sees same; sees missing; sees foreign lower; sees own write;
                reads same; reads foreign lower; acknowledged; another acknowledged; rejected; rejected 0;
                rejected ?; refused; not sent; tick; unhealthy; loses b; ranked; gives; enlisted:
                  candidate @-
                sees marker; reads marker:
                  candidate @-: ~suspected 6 released
                sees own late; reads own late:
                  candidate @-: ~suspected 6 expired
                sees foreign; sees unreadable; reads foreign; reads unreadable; sees claim; sees lost:
                  follower @1020
                reads missing; reads own write:
                  candidate @-: ~suspected 0 missing
                reads nothing:
                  candidate @33
                healthy:
                  candidate @270: put #1 T1 if 5
                stop:
                  stopped @-: FINISHED
                sees transfer:
                  demoted @270: ~suspected 6 transferred, delete #1 if 6
                """
        ),
        TransitionTable(
            state: "candidate with an acquisition in flight",
            instant: 100,
            entry: .marker(revision: 5),
            build: { Bench.acquiring() },
            rows: """
                connected; synced; sees same; sees missing; sees foreign lower; reads same; reads foreign lower;
                another acknowledged; tick; unhealthy; healthy; stop; loses b; ranked; gives; enlisted:
                  candidate @250
                disconnected:
                  candidate @-: ~acquire unknown
                sees marker; reads marker:
                  candidate @350: ~acquire lost, ~suspected 6 released, put #2 T2 if 6
                sees own late; reads own late:
                  candidate @350: ~acquire error, ~suspected 6 expired, put #2 T2 if 6
                sees foreign; sees unreadable; reads foreign; reads unreadable; sees claim; sees lost:
                  follower @1100: ~acquire lost
                sees own write; reads own write; acknowledged:
                  leader @114: ~acquire ok 6, ~acquired 6, PROMOTE 6 T1
                reads missing:
                  candidate @250: ~suspected 0 missing
                reads nothing:
                  candidate @113
                rejected:
                  candidate @150: ~acquire lost
                rejected 0:
                  candidate @350: ~acquire lost, put #2 T2 if 0
                rejected ?:
                  candidate @113: ~acquire lost
                refused; not sent:
                  candidate @113: ~acquire error
                sees transfer:
                  leader @214: ~acquire error, ~suspected 6 transferred, ~acquired 6, PROMOTE 6 T2
                first deadline:
                  candidate @500: ~acquire unknown, read
                second deadline:
                  candidate @750: read
                """
        ),
        TransitionTable(
            state: "candidate with an acquisition of unknown outcome",
            instant: 260,
            entry: .marker(revision: 5),
            build: {
                var bench = Bench.acquiring()
                bench.at(250, .tick)
                return bench
            },
            rows: """
                connected; disconnected:
                  candidate @-
                synced:
                  candidate @510: read
                sees same; sees missing; sees foreign lower; another acknowledged; tick; unhealthy; healthy;
                stop; loses b; ranked; gives; enlisted:
                  candidate @500
                sees marker; reads marker:
                  candidate @510: ~acquire lost, ~suspected 6 released, put #2 T2 if 6
                sees own late; reads own late:
                  candidate @510: ~acquire error, ~suspected 6 expired, put #2 T2 if 6
                sees foreign; sees unreadable; reads foreign; reads unreadable; sees claim; sees lost:
                  follower @1260: ~acquire lost
                sees own write; acknowledged:
                  leader @500: ~acquire ok 6, ~acquired 6, PROMOTE 6 T1, put #2 T1 if 6
                reads same; reads foreign lower:
                  candidate @510: ~acquire error, put #2 T2 if 5
                reads missing:
                  candidate @510: ~acquire error, ~suspected 0 missing, put #2 T2 if 0
                reads own write:
                  leader @510: ~acquire ok 6, ~acquired 6, PROMOTE 6 T1, put #2 T1 if 6
                reads nothing:
                  candidate @273
                rejected:
                  candidate @310: ~acquire lost
                rejected 0:
                  candidate @500: ~acquire lost, put #2 T2 if 0
                rejected ?:
                  candidate @273: ~acquire lost
                refused; not sent:
                  candidate @273: ~acquire error
                sees transfer:
                  leader @374: ~acquire error, ~suspected 6 transferred, ~acquired 6, PROMOTE 6 T2
                first deadline:
                  candidate @750: read
                second deadline:
                  candidate @1000: read
                """
        ),
        TransitionTable(
            state: "candidate after a lost race",
            instant: 20,
            entry: .marker(revision: 5),
            build: {
                var bench = Bench.acquiring()
                bench.at(10, .written(.rejected(lastRevision: 6)))
                return bench
            },
            rows: """
                connected; disconnected:
                  candidate @-
                synced; sees same; sees missing; sees foreign lower; acknowledged; another acknowledged;
                rejected; rejected 0; rejected ?; refused; not sent; tick; unhealthy; healthy; loses b; ranked;
                gives; enlisted:
                  candidate @60
                sees marker; reads marker:
                  candidate @270: ~suspected 6 released, put #2 T2 if 6
                sees own late; sees own write; reads own late; reads own write:
                  candidate @270: ~suspected 6 expired, put #2 T2 if 6
                sees foreign; sees unreadable; reads foreign; reads unreadable; sees claim; sees lost:
                  follower @1020
                reads same; reads foreign lower:
                  candidate @270: put #2 T2 if 5
                reads missing:
                  candidate @270: ~suspected 0 missing, put #2 T2 if 0
                reads nothing:
                  candidate @33
                stop:
                  stopped @-: FINISHED
                sees transfer:
                  leader @134: ~suspected 6 transferred, ~acquired 6, PROMOTE 6 T2
                first deadline:
                  candidate @310: read
                second deadline:
                  candidate @560: read
                """
        ),
        TransitionTable(
            state: "candidate that stops with an acquisition in flight",
            instant: 100,
            entry: .marker(revision: 5),
            build: {
                var bench = Bench.acquiring()
                bench.at(50, .stop)
                return bench
            },
            rows: """
                connected:
                  stopped @-: FINISHED
                disconnected:
                  stopped @-: ~acquire unknown, FINISHED
                synced; sees same; sees missing; sees foreign lower; reads same; reads foreign lower;
                another acknowledged; tick; unhealthy; healthy; stop; loses b; ranked; gives; enlisted:
                  candidate @250
                sees marker; reads marker:
                  stopped @-: ~acquire lost, ~suspected 6 released, FINISHED
                sees own late; reads own late:
                  stopped @-: ~acquire error, ~suspected 6 expired, FINISHED
                sees foreign; sees unreadable; reads foreign; reads unreadable; rejected; rejected 0;
                rejected ?; sees claim; sees lost:
                  stopped @-: ~acquire lost, FINISHED
                sees own write; reads own write; acknowledged:
                  demoted @350: ~acquire ok 6, delete #2 if 6
                reads missing:
                  candidate @250: ~suspected 0 missing
                reads nothing:
                  candidate @113
                refused; not sent:
                  stopped @-: ~acquire error, FINISHED
                sees transfer:
                  demoted @350: ~acquire error, ~suspected 6 transferred, delete #2 if 6
                first deadline:
                  candidate @500: ~acquire unknown, read
                second deadline:
                  candidate @750: read
                """
        ),
        TransitionTable(
            state: "follower",
            instant: 100,
            entry: Bench.foreign(6),
            build: { Bench.following() },
            rows: """
                connected; disconnected; synced; sees same; sees missing; sees foreign lower; sees own write;
                reads same; reads missing; reads foreign lower; reads own write; acknowledged;
                another acknowledged; rejected; rejected 0; rejected ?; refused; not sent; tick; unhealthy;
                healthy; loses b; ranked; gives; enlisted:
                  follower @1010
                sees marker; reads marker:
                  candidate @350: ~suspected 7 released, put #1 T1 if 7
                sees own late; reads own late:
                  candidate @350: ~suspected 7 expired, put #1 T1 if 7
                sees foreign; sees unreadable; reads foreign; reads unreadable; sees claim; sees lost:
                  follower @1100
                reads nothing:
                  follower @113
                stop:
                  stopped @-: FINISHED
                sees transfer:
                  leader @198: ~suspected 7 transferred, ~acquired 7, PROMOTE 7 T1
                first deadline:
                  candidate @1260: ~suspected 6 expired, put #1 T1 if 6
                second deadline:
                  candidate @1510: ~acquire unknown, read
                """
        ),
        TransitionTable(
            state: "follower that is disconnected",
            instant: 100,
            entry: Bench.foreign(6),
            build: {
                var bench = Bench.following()
                bench.at(50, .disconnected)
                return bench
            },
            rows: """
                connected; disconnected; synced; sees same; sees missing; sees foreign lower; sees own write;
                reads same; reads missing; reads foreign lower; reads own write; reads nothing; acknowledged;
                another acknowledged; rejected; rejected 0; rejected ?; refused; not sent; tick; unhealthy;
                healthy; loses b; ranked; gives; enlisted:
                  follower @1010
                sees marker; reads marker:
                  candidate @-: ~suspected 7 released
                sees own late; reads own late; sees transfer:
                  candidate @-: ~suspected 7 expired
                sees foreign; sees unreadable; reads foreign; reads unreadable; sees claim; sees lost:
                  follower @1100
                stop:
                  stopped @-: FINISHED
                first deadline:
                  candidate @-: ~suspected 6 expired
                """
        ),
        TransitionTable(
            state: "stopped",
            instant: 100,
            entry: Bench.foreign(6),
            build: {
                var bench = Bench.following()
                bench.at(50, .stop)
                return bench
            },
            rows: """
                connected; disconnected; synced; sees same; sees missing; sees marker; sees own late;
                sees foreign; sees foreign lower; sees unreadable; sees own write; reads same; reads missing;
                reads marker; reads own late; reads foreign; reads foreign lower; reads unreadable;
                reads own write; reads nothing; acknowledged; another acknowledged; rejected; rejected 0;
                rejected ?; refused; not sent; tick; unhealthy; healthy; stop; sees claim; sees transfer;
                sees lost; loses b; ranked; gives; enlisted:
                  stopped @-
                """
        ),
    ]
}
