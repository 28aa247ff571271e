import ElectionCore

extension TransitionTable {
    static let demotions: [TransitionTable] = [
        TransitionTable(
            state: "demoted in order, the callback running",
            instant: 60,
            entry: own(6),
            build: {
                var bench = Bench.leading()
                bench.at(50, .healthy(false))
                return bench
            },
            rows: """
                connected; disconnected:
                  demoted @990
                synced; sees same; sees missing; sees foreign lower; sees own write; reads same;
                reads foreign lower; reads own write; acknowledged; another acknowledged; rejected; rejected 0;
                rejected ?; refused; not sent; tick; unhealthy; healthy; stop; loses b; ranked; gives; enlisted:
                  demoted @114
                sees marker; sees own late; sees foreign; sees unreadable; reads missing; reads marker;
                reads own late; reads foreign; reads unreadable; sees claim; sees transfer; sees lost:
                  demoted @-
                reads nothing:
                  demoted @73
                callback finished:
                  demoted @310: ~steppedDown 6 unhealthy, delete #2 if 6
                first deadline:
                  demoted @364: put #2 T1 if 6
                second deadline:
                  demoted @614: ~renew unknown, read
                """
        ),
        TransitionTable(
            state: "demoted in order, the callback running, a renewal in flight",
            instant: 270,
            entry: own(6),
            build: {
                var bench = Bench.renewing()
                bench.at(260, .healthy(false))
                return bench
            },
            rows: """
                connected; synced; sees same; sees missing; sees foreign lower; reads same; reads missing;
                reads foreign lower; another acknowledged; tick; unhealthy; healthy; stop; loses b; ranked;
                gives; enlisted:
                  demoted @500
                disconnected:
                  demoted @990: ~renew unknown
                sees marker; sees foreign; sees unreadable; reads marker; reads foreign; reads unreadable;
                sees claim; sees lost:
                  demoted @-: ~renew lost
                sees own late; reads own late; sees transfer:
                  demoted @-: ~renew error
                sees own write; reads own write; acknowledged:
                  demoted @364: ~renew ok 7
                reads nothing; rejected ?:
                  demoted @283
                rejected; rejected 0:
                  demoted @520: read
                refused; not sent:
                  demoted @283: ~renew error
                callback finished:
                  demoted @500: ~steppedDown 6 unhealthy
                first deadline:
                  demoted @750: ~renew unknown, read
                second deadline:
                  demoted @990: read
                """
        ),
        TransitionTable(
            state: "demoted in order, the release in flight",
            instant: 70,
            entry: own(6),
            build: {
                var bench = Bench.leading()
                bench.at(50, .healthy(false))
                bench.at(60, .callbackFinished)
                return bench
            },
            rows: """
                connected:
                  candidate @310: ~suspected 6 expired
                disconnected:
                  candidate @-: ~release unknown, ~suspected 6 expired
                synced; sees same; sees missing; sees foreign lower; reads same; reads foreign lower;
                another acknowledged; tick; unhealthy; healthy; stop; loses b; ranked; gives; enlisted:
                  demoted @310
                sees marker; sees own write; reads marker; reads own write; acknowledged:
                  candidate @-: ~release ok 7, ~released 6 by 7, ~suspected 7 released
                sees own late; reads own late; sees transfer:
                  candidate @-: ~release error, ~suspected 7 expired
                sees foreign; sees unreadable; reads foreign; reads unreadable; sees lost:
                  follower @1070: ~release lost
                reads missing:
                  candidate @310: ~suspected 0 missing
                reads nothing; rejected ?:
                  demoted @83
                rejected; rejected 0:
                  demoted @320: read
                refused; not sent:
                  demoted @83: ~release error
                sees claim:
                  follower @1070: ~release lost
                first deadline:
                  demoted @560: ~release unknown, read
                second deadline:
                  demoted @810: read
                """
        ),
        TransitionTable(
            state: "stopping, the callback running",
            instant: 60,
            entry: own(6),
            build: {
                var bench = Bench.leading()
                bench.at(50, .stop)
                return bench
            },
            rows: """
                connected; disconnected:
                  demoted @990
                synced; sees same; sees missing; sees foreign lower; sees own write; reads same;
                reads foreign lower; reads own write; acknowledged; another acknowledged; rejected; rejected 0;
                rejected ?; refused; not sent; tick; unhealthy; healthy; stop; loses b; ranked; gives; enlisted:
                  demoted @114
                sees marker; sees own late; sees foreign; sees unreadable; reads missing; reads marker;
                reads own late; reads foreign; reads unreadable; sees claim; sees transfer; sees lost:
                  demoted @-
                reads nothing:
                  demoted @73
                callback finished:
                  demoted @310: ~steppedDown 6 stopped, delete #2 if 6
                first deadline:
                  demoted @364: put #2 T1 if 6
                second deadline:
                  demoted @614: ~renew unknown, read
                """
        ),
        TransitionTable(
            state: "stopping, the release in flight",
            instant: 70,
            entry: own(6),
            build: {
                var bench = Bench.leading()
                bench.at(50, .stop)
                bench.at(60, .callbackFinished)
                return bench
            },
            rows: """
                connected:
                  stopped @-: ~suspected 6 expired, FINISHED
                disconnected:
                  stopped @-: ~release unknown, ~suspected 6 expired, FINISHED
                synced; sees same; sees missing; sees foreign lower; reads same; reads foreign lower;
                another acknowledged; tick; unhealthy; healthy; stop; loses b; ranked; gives; enlisted:
                  demoted @310
                sees marker; sees own write; reads marker; reads own write; acknowledged:
                  stopped @-: ~release ok 7, ~released 6 by 7, ~suspected 7 released, FINISHED
                sees own late; reads own late; sees transfer:
                  stopped @-: ~release error, ~suspected 7 expired, FINISHED
                sees foreign; sees unreadable; reads foreign; reads unreadable; sees lost:
                  stopped @-: ~release lost, FINISHED
                reads missing:
                  candidate @310: ~suspected 0 missing
                reads nothing; rejected ?:
                  demoted @83
                rejected; rejected 0:
                  demoted @320: read
                refused; not sent:
                  demoted @83: ~release error
                sees claim:
                  stopped @-: ~release lost, FINISHED
                first deadline:
                  demoted @560: ~release unknown, read
                second deadline:
                  demoted @810: read
                """
        ),
        TransitionTable(
            state: "demoted by the lease's end, the callback running, a renewal of unknown outcome",
            instant: 1000,
            entry: own(6),
            build: {
                var bench = Bench.renewing()
                bench.at(500, .tick)
                bench.at(990, .tick)
                return bench
            },
            rows: """
                connected; disconnected:
                  demoted @-
                synced; rejected; rejected 0:
                  demoted @1250: read
                sees same; sees missing; sees foreign lower; another acknowledged; tick; unhealthy; healthy;
                stop; loses b; ranked; gives; enlisted:
                  demoted @1240
                sees marker; sees foreign; sees unreadable; sees claim; sees lost:
                  demoted @1240: ~renew lost
                sees own late; refused; not sent; sees transfer:
                  demoted @1240: ~renew error
                sees own write; acknowledged:
                  demoted @1240: ~renew ok 7
                reads same; reads missing; reads own late; reads foreign lower:
                  demoted @-: ~renew error
                reads marker; reads foreign; reads unreadable:
                  demoted @-: ~renew lost
                reads own write:
                  demoted @-: ~renew ok 7
                reads nothing; rejected ?:
                  demoted @1013
                callback finished:
                  candidate @1240: ~steppedDown 6 lease_expired, ~suspected 6 expired
                first deadline:
                  demoted @1490: read
                second deadline:
                  demoted @1740: read
                """
        ),
        TransitionTable(
            state: "demoted by a foreign record, the callback running",
            instant: 60,
            entry: Bench.foreign(7),
            build: {
                var bench = Bench.leading()
                bench.at(50, .observed(Bench.foreign(7)))
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
                  follower @1050: ~steppedDown 6 superseded
                """
        ),
        TransitionTable(
            state: "demoted by a delete marker, the callback running",
            instant: 60,
            entry: .marker(revision: 7),
            build: {
                var bench = Bench.leading()
                bench.at(50, .observed(.marker(revision: 7)))
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
                  candidate @310: ~steppedDown 6 removed, ~suspected 7 released, put #2 T2 if 7
                """
        ),
    ]
}
