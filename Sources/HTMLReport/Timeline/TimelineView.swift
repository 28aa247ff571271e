import Measurement

/// The timeline: a still picture for print and for browsers without scripts, the list of its events, and the data from which the
/// page's script draws one that can be zoomed.
struct TimelineView {
    private let data: TimelineData

    init(_ data: TimelineData) { self.data = data }

    var html: HTML {
        if data.lanes.isEmpty { return .element("p", HTML("Nothing was measured: there is no timeline.")) }
        return .element(
            "div",
            ["class": "timeline", "data-timeline": ""],
            .joined(notes.map { .element("p", ["class": "note"], HTML($0)) }),
            .element("ul", ["class": "key"], Self.key),
            .element("div", ["class": "timeline-live"]),
            .element("div", ["class": "timeline-still scroll", "tabindex": "0"], TimelinePicture(data).html),
            events,
            .element("script", ["type": "application/json"], .trusted(TimelineJSON.text(data)))
        )
    }

    private var notes: [String] {
        var notes = [
            "A lane a role, coloured by the instance that believed to lead it. Where it is narrow, its colour and its pattern tell the "
                + "instance only among those drawn alike: point at it, or choose one to highlight."
        ]
        if data.lanes.count < data.roles {
            notes.append(
                "\(data.lanes.count) of \(data.roles) roles are drawn: those with a violation, then those that were longest without a leader."
            )
        }
        if data.faultsLeftOut > 0 {
            notes.append("The last \(data.faultsLeftOut) faults are not drawn: faults.csv has them.")
        }
        return notes
    }

    private static let key: [HTML] = [
        ("k-gap", "leaderless"), ("k-fault", "fault in force"), ("k-outage", "store out"), ("k-violation", "violation"),
    ].map { name, text in
        .element("li", .element("span", ["class": "chip \(name)", "aria-hidden": "true"]), HTML(text))
    }

    private var events: HTML {
        if data.events.isEmpty { return .element("p", HTML("No faults, no failovers, no violations.")) }
        let rows = data.events.map { event in
            HTML.element(
                "tr",
                ["data-kind": event.kind.rawValue],
                .element("td", ["class": "number"], HTML(Self.milliseconds(event.stretch.start))),
                .element("td", ["class": "event-\(event.kind.name)"], HTML(event.kind.rawValue)),
                .element("td", HTML(event.role ?? "")),
                .element("td", HTML(event.text)),
                .element(
                    "td",
                    ["class": "zoom"],
                    .element(
                        "button",
                        [
                            "type": "button", "data-from": String(event.stretch.start),
                            "data-to": String(event.stretch.end), "data-role": event.role ?? "",
                            "aria-label":
                                "Zoom to \(event.kind.rawValue) at \(Self.milliseconds(event.stretch.start)) ms",
                        ],
                        HTML("Zoom")
                    )
                )
            )
        }
        let heads = ["at, ms", "event", "role", "what", ""].map { HTML.element("th", ["scope": "col"], HTML($0)) }
        let omitted = data.eventsLeftOut
        return .element(
            "details",
            ["class": "events"],
            .element("summary", HTML("Events: \(Numbers.count(data.events.count, "event"))")),
            omitted > 0
                ? .element(
                    "p",
                    ["class": "note"],
                    HTML("\(omitted) more are left out: the CSVs have them.")
                )
                : .empty,
            .element(
                "div",
                ["class": "scroll tall", "tabindex": "0", "role": "group", "aria-label": "Events of the timeline"],
                .element(
                    "table",
                    .element("thead", .element("tr", heads)),
                    .element("tbody", rows)
                )
            )
        )
    }

    static func milliseconds(_ microseconds: Int64) -> String { Numbers.milliseconds(.microseconds(microseconds)) }
}

extension TimelineData.Event.Kind {
    fileprivate var name: String { HTMLSection.id(of: rawValue) }
}
