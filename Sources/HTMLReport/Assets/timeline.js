/* The timeline's data, its zoom and what it answers to. All instants are microseconds since run_started.
   The zoom outlives new data: dispatch "timeline-data" on document after the section's content was replaced. */
(() => {
  let stage = null;

  const element = (name, properties, ...children) => {
    const node = Object.assign(document.createElement(name), properties);
    node.append(...children);
    return node;
  };
  function read(root) {
    const data = JSON.parse(root.querySelector("script[type='application/json']").textContent);
    data.lanes.forEach((lane) => {
      const flat = lane.terms;
      lane.terms = [];
      for (let i = 0; i < flat.length; i += 5) {
        lane.terms.push({ instance: flat[i], incarnation: flat[i + 1], term: flat[i + 2], from: flat[i + 3], to: flat[i + 4] });
      }
    });
    /* Where faults overlap, their tint is no deeper. They come by their start. */
    data.inForce = [];
    for (let i = 0; i < data.faults.length; i += 2) {
      const last = data.inForce[data.inForce.length - 1];
      if (last && data.faults[i] <= last[1]) last[1] = Math.max(last[1], data.faults[i + 1]);
      else data.inForce.push([data.faults[i], data.faults[i + 1]]);
    }
    return data;
  }

  class Stage extends TimelinePainter {
    constructor(root) {
      super();
      this.root = root;
      this.data = read(root);
      this.lane = this.data.lanes.length > 60 ? 14 : 20;
      this.rows = this.packFaults();
      this.top = AXIS + this.rows * FAULTS + 4;
      this.canvas = element("canvas", { tabIndex: 0 });
      this.canvas.setAttribute("role", "img");
      this.canvas.setAttribute("aria-label", "Timeline of " + this.data.lanes.length +
        " roles. Keys: plus and minus zoom, arrows move, 0 shows all. The events below are a list of what it shows.");
      this.tip = element("div", { className: "tip", hidden: true });
      this.status = element("span", { className: "note" });
      this.status.setAttribute("role", "status");
      this.box = element("div", { className: "timeline-box" }, this.canvas, this.tip);
      root.querySelector(".timeline-live").replaceChildren(this.bar(), this.box);
      if (view.isWhole || view.to > this.data.length) { view.from = 0; view.to = this.data.length; }
      this.listen();
      this.observer = new ResizeObserver(() => this.resize());
      this.observer.observe(this.box);
      this.resize();
    }

    /* Faults that overlap stand below each other, as far as there is room. */
    packFaults() {
      const ends = [];
      this.faultRow = [];
      for (let i = 0; i < this.data.faults.length; i += 2) {
        let row = ends.findIndex((end) => end <= this.data.faults[i]);
        if (row < 0) row = ends.length < 4 ? ends.length : 3;
        ends[row] = this.data.faults[i + 1];
        this.faultRow.push(row);
      }
      return Math.max(1, ends.length);
    }

    bar() {
      const button = (text, label, action) => {
        const node = element("button", { type: "button", textContent: text, onclick: action });
        node.setAttribute("aria-label", label);
        return node;
      };
      const choice = element("select", { onchange: () => { view.picked = Number(choice.value); this.draw(); } },
        element("option", { value: -1, textContent: "all" }),
        ...this.data.instances.map((name, index) => element("option", { value: index, textContent: name })));
      choice.value = view.picked < this.data.instances.length ? view.picked : -1;
      return element("div", { className: "timeline-bar" },
        button("−", "Zoom out", () => this.zoom(2)), button("+", "Zoom in", () => this.zoom(0.5)),
        button("←", "Earlier", () => this.move(-0.25)), button("→", "Later", () => this.move(0.25)),
        button("Show all", "Show the whole run", () => this.show(0, this.data.length)),
        element("label", {}, "Highlight", choice), this.status);
    }

    resize() {
      const width = this.box.clientWidth;
      if (!width) return;
      this.width = width;
      const pen = this.canvas.getContext("2d");
      pen.font = FONT;
      const widest = Math.max(36, ...this.data.lanes.map((lane) => pen.measureText(lane.role).width));
      this.left = Math.ceil(Math.min(width < 600 ? 74 : 160, widest + 12));
      this.height = this.top + this.lane * this.data.lanes.length + AXIS;
      const scale = window.devicePixelRatio || 1;
      /* A canvas has a largest size. */
      const ratio = Math.min(scale, 16000 / this.height);
      this.canvas.width = Math.round(width * ratio);
      this.canvas.height = Math.round(this.height * ratio);
      this.canvas.style.height = this.height + "px";
      this.ratio = ratio;
      this.draw();
    }

    show(from, to) {
      const length = this.data.length;
      const span = Math.min(length, Math.max(50, to - from));
      const start = Math.max(0, Math.min(from, length - span));
      view.from = start;
      view.to = start + span;
      view.isWhole = span >= length;
      this.draw();
    }
    zoom(factor, at) {
      const middle = at === undefined ? (view.from + view.to) / 2 : at;
      this.show(middle - (middle - view.from) * factor, middle + (view.to - middle) * factor);
    }
    move(part) { this.show(view.from + this.span * part, view.to + this.span * part); }

    listen() {
      const canvas = this.canvas;
      const place = (event) => {
        const frame = canvas.getBoundingClientRect();
        return { x: event.clientX - frame.left, y: event.clientY - frame.top };
      };
      canvas.addEventListener("wheel", (event) => {
        if (event.ctrlKey || event.metaKey) this.zoom(Math.exp(Math.max(-1, Math.min(1, event.deltaY * 0.01))), this.instant(place(event).x));
        else if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) this.move((event.deltaX || event.deltaY) / this.width);
        else return;
        event.preventDefault();
      }, { passive: false });
      canvas.addEventListener("keydown", (event) => {
        const actions = {
          "+": () => this.zoom(0.5), "=": () => this.zoom(0.5), "-": () => this.zoom(2), "ArrowLeft": () => this.move(-0.2),
          "ArrowRight": () => this.move(0.2), "0": () => this.show(0, this.data.length), "Home": () => this.show(0, this.span),
          "End": () => this.show(this.data.length - this.span, this.data.length), "Escape": () => { this.tip.hidden = true; },
        };
        if (!actions[event.key] || event.ctrlKey || event.metaKey || event.altKey) return;
        event.preventDefault();
        actions[event.key]();
      });
      canvas.addEventListener("dblclick", (event) => this.zoom(0.25, this.instant(place(event).x)));
      this.listenToPointers(place);
      this.root.addEventListener("click", (event) => {
        const button = event.target.closest("button[data-from]");
        if (!button) return;
        const from = Number(button.dataset.from), to = Number(button.dataset.to);
        const margin = Math.max(200000, (to - from) * 0.5);
        this.show(from - margin, to + margin);
        const lane = this.data.lanes.findIndex((lane) => lane.role === button.dataset.role);
        this.box.scrollIntoView({ block: "nearest" });
        if (lane > 0 && this.height > window.innerHeight) {
          window.scrollBy(0, canvas.getBoundingClientRect().top + this.top + lane * this.lane - window.innerHeight / 2);
        }
        canvas.focus({ preventScroll: true });
      });
    }

    /* A mouse selects a span, or moves with shift; two fingers zoom, one moves sideways. */
    listenToPointers(place) {
      const canvas = this.canvas, down = new Map();
      let start = null;
      canvas.addEventListener("pointerdown", (event) => {
        const at = place(event);
        down.set(event.pointerId, at);
        start = { ...at, from: view.from, to: view.to, isMove: event.shiftKey || event.pointerType !== "mouse" };
        canvas.setPointerCapture(event.pointerId);
      });
      canvas.addEventListener("pointermove", (event) => {
        const at = place(event), before = down.get(event.pointerId);
        if (!before) { this.point(at); return; }
        if (down.size === 2) {
          const other = [...down.entries()].find(([id]) => id !== event.pointerId)[1];
          const old = Math.abs(before.x - other.x), now = Math.abs(at.x - other.x);
          if (old > 8 && now > 8) this.zoom(old / now, this.instant((at.x + other.x) / 2));
        } else if (start.isMove) {
          const shift = (start.x - at.x) / (this.width - this.left) * (start.to - start.from);
          if (Math.abs(start.x - at.x) > 4) this.show(start.from + shift, start.to + shift);
        } else {
          this.selection = [start.x, at.x];
          this.draw();
        }
        down.set(event.pointerId, at);
      });
      const end = (event) => {
        down.delete(event.pointerId);
        const chosen = this.selection;
        this.selection = null;
        if (event.type === "pointerup" && chosen && Math.abs(chosen[0] - chosen[1]) > 4) {
          this.show(this.instant(Math.min(...chosen)), this.instant(Math.max(...chosen)));
        } else if (event.type === "pointerup" && start && Math.abs(start.x - place(event).x) < 4) {
          this.point(place(event));
        }
        this.draw();
      };
      canvas.addEventListener("pointerup", end);
      canvas.addEventListener("pointercancel", end);
      canvas.addEventListener("pointerleave", () => { this.tip.hidden = true; });
    }

    point(at) {
      const text = at.x < this.left ? "" : at.y < this.top ? this.tellFault(at) : this.tellTerm(at);
      this.tip.hidden = !text;
      if (!text) return;
      this.tip.textContent = text;
      const width = this.tip.offsetWidth;
      this.tip.style.left = Math.max(0, Math.min(this.width - width, at.x + 14)) + "px";
      this.tip.style.top = at.y + 16 + "px";
    }

    tellFault(at) {
      const row = Math.floor((at.y - AXIS) / FAULTS), faults = this.data.faults;
      for (let i = 0; i < faults.length; i += 2) {
        const from = this.x(faults[i]), to = Math.max(from + 4, this.x(faults[i + 1]));
        if (this.faultRow[i / 2] === row && at.x >= from - 2 && at.x <= to) {
          return "fault " + this.data.names[i / 2] + "\nfrom " + milliseconds(faults[i]) + " to " + milliseconds(faults[i + 1]);
        }
      }
      return "";
    }

    tellTerm(at) {
      const lane = this.data.lanes[Math.floor((at.y - this.top) / this.lane)];
      if (!lane) return "";
      const instant = this.instant(at.x);
      const tolerance = this.span / this.width * 2;
      const lines = [lane.role + " at " + milliseconds(Math.round(instant))];
      for (const term of lane.terms) {
        if (term.from > instant || term.to <= instant) continue;
        lines.push(this.data.instances[term.instance] + " #" + term.incarnation + ", term " + term.term,
          "from " + milliseconds(term.from) + " to " + milliseconds(term.to));
      }
      for (let i = 0; i < lane.gaps.length; i += 2) {
        if (lane.gaps[i] <= instant + tolerance && lane.gaps[i + 1] > instant - tolerance) {
          lines.push("no leader for " + milliseconds(lane.gaps[i + 1] - lane.gaps[i]) + ", from " + milliseconds(lane.gaps[i]));
        }
      }
      for (let i = 0; i < lane.bad.length; i += 2) {
        if (lane.bad[i] <= instant + tolerance && lane.bad[i + 1] >= instant - tolerance) lines.push("violation, see below");
      }
      return lines.join("\n");
    }
  }

  const mount = () => {
    const root = document.querySelector("[data-timeline]");
    if (!root) return;
    document.documentElement.classList.add("has-script");
    if (stage) stage.observer.disconnect();
    stage = new Stage(root);
  };
  document.addEventListener("timeline-data", mount);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => stage && stage.draw());
  let opened = [];
  addEventListener("beforeprint", () => {
    opened = [...document.querySelectorAll("details:not([open])")];
    opened.forEach((details) => { details.open = true; });
  });
  addEventListener("afterprint", () => opened.forEach((details) => { details.open = false; }));
  mount();
})();
