"use strict";
/* How the timeline is painted. All instants are microseconds since run_started. */
const PALETTE = 8, AXIS = 22, FAULTS = 14, EDGE = 4, FONT = "12px system-ui, sans-serif";
/* What is shown; it outlives new data. */
const view = { from: 0, to: 0, picked: -1, isWhole: true };
const milliseconds = (micros) => (micros / 1000).toFixed(3) + " ms";
const seconds = (micros, step) => (micros / 1e6).toFixed(Math.max(0, Math.min(6, Math.ceil(6 - Math.log10(step) - 1e-9)))) + " s";

class TimelinePainter {
  get span() { return view.to - view.from; }
  x(instant) { return this.left + (instant - view.from) / this.span * (this.width - this.left - EDGE); }
  instant(x) { return view.from + (x - this.left) / (this.width - this.left - EDGE) * this.span; }

  colours() {
    const style = getComputedStyle(document.documentElement);
    const value = (name) => style.getPropertyValue(name).trim();
    return {
      fill: Array.from({ length: PALETTE }, (_, i) => value("--c" + i)), text: Array.from({ length: PALETTE }, (_, i) => value("--t" + i)),
      ink: value("--ink"), soft: value("--soft"), grid: value("--grid"), panel: value("--panel"), page: value("--page"),
      gap: value("--gap"), fault: value("--fault"), outage: value("--outage"), violation: value("--violation"),
    };
  }

  draw() {
    if (this.isWaiting) return;
    this.isWaiting = true;
    requestAnimationFrame(() => { this.isWaiting = false; this.paint(); });
  }

  paint() {
    const pen = this.canvas.getContext("2d");
    this.pen = pen;
    this.c = this.colours();
    pen.setTransform(this.ratio, 0, 0, this.ratio, 0, 0);
    pen.clearRect(0, 0, this.width, this.height);
    pen.font = FONT;
    pen.textBaseline = "middle";
    this.axis();
    this.data.lanes.forEach((lane, index) => this.paintLane(lane, this.top + index * this.lane));
    pen.save();
    pen.beginPath();
    pen.rect(this.left, 0, this.width - this.left, this.height);
    pen.clip();
    this.paintFaults();
    this.data.lanes.forEach((lane, index) => this.paintMarks(lane, this.top + index * this.lane));
    if (this.selection) {
      pen.globalAlpha = 0.25;
      pen.fillStyle = this.c.ink;
      pen.fillRect(Math.min(...this.selection), 0, Math.abs(this.selection[1] - this.selection[0]), this.height);
      pen.globalAlpha = 1;
    }
    pen.restore();
    this.status.textContent = view.isWhole ? "" : milliseconds(view.from) + " to " + milliseconds(view.to);
  }

  axis() {
    const pen = this.pen;
    const most = Math.max(2, Math.floor((this.width - this.left) / 90));
    let step = 1;
    for (let i = 0; this.span / step > most; i += 1) step *= i % 3 === 1 ? 2.5 : 2;
    pen.textAlign = "center";
    for (let at = Math.ceil(view.from / step) * step; at <= view.to; at += step) {
      const x = this.x(at);
      pen.fillStyle = this.c.grid;
      pen.fillRect(x, AXIS - 4, 1, this.height - 2 * AXIS + 8);
      pen.fillStyle = this.c.soft;
      const text = seconds(at, step), half = pen.measureText(text).width / 2;
      const place = Math.max(this.left + half - 8, Math.min(this.width - half, x));
      pen.fillText(text, place, 9);
      pen.fillText(text, place, this.height - 9);
    }
    pen.textAlign = "right";
    pen.fillText("faults", this.left - 6, AXIS + FAULTS / 2);
  }

  cut(text, room) {
    const pen = this.pen;
    if (pen.measureText(text).width <= room) return text;
    const letters = Array.from(text);
    while (letters.length > 1 && pen.measureText(letters.join("") + "…").width > room) letters.splice(Math.floor(letters.length / 2), 1);
    letters.splice(Math.ceil(letters.length / 2), 0, "…");
    return letters.join("");
  }

  /* The terms from the first that ends after the view's start. */
  paintLane(lane, y) {
    const pen = this.pen, height = this.lane - 3;
    pen.textAlign = "right";
    pen.fillStyle = this.c.ink;
    pen.fillText(this.cut(lane.role, this.left - 10), this.left - 6, y + height / 2);
    pen.textAlign = "left";
    pen.fillStyle = this.c.panel;
    pen.fillRect(this.left, y, this.width - this.left - EDGE, height);
    let before = null;
    for (const term of lane.terms) {
      const previous = before;
      if (!before || term.to > before.to) before = term;
      if (term.to < view.from || term.from > view.to) continue;
      const from = Math.max(this.left, this.x(term.from)), to = Math.min(this.width - EDGE, this.x(term.to));
      const index = term.instance % PALETTE;
      pen.globalAlpha = view.picked < 0 || view.picked === term.instance ? 1 : 0.15;
      pen.fillStyle = this.c.fill[index];
      pen.fillRect(from, y, Math.max(0.5, to - from), height);
      this.texture(term.instance, from, y, to - from, height);
      const name = this.data.short[term.instance];
      if (to - from > 14 && to - from > pen.measureText(name).width + 8) {
        pen.fillStyle = this.c.text[index];
        if (Math.floor(term.instance / PALETTE) % 3 > 0) {
          pen.fillStyle = this.c.fill[index];
          pen.fillRect(from, y, pen.measureText(name).width + 8, height);
          pen.fillStyle = this.c.text[index];
        }
        pen.fillText(name, from + 4, y + height / 2 + 1);
      }
      pen.fillStyle = this.c.page;
      if (to - from > 4) pen.fillRect(to - 1, y, 1, height);
      /* Two leaders at once: the one before keeps the upper half. */
      if (previous && previous.to > term.from) {
        const end = Math.min(this.x(previous.to), to);
        pen.fillStyle = this.c.fill[previous.instance % PALETTE];
        pen.fillRect(from, y, end - from, height / 2 - 0.5);
        pen.fillStyle = this.c.page;
        pen.fillRect(from, y + height / 2 - 0.5, end - from, 1);
      }
      pen.globalAlpha = 1;
    }
  }

  /* The second eight instances have stripes, the third dots. */
  texture(instance, x, y, width, height) {
    const kind = Math.floor(instance / PALETTE) % 3, pen = this.pen;
    if (!kind || width < 3) return;
    pen.save();
    pen.beginPath();
    pen.rect(x, y, width, height);
    pen.clip();
    pen.fillStyle = pen.strokeStyle = this.c.text[instance % PALETTE];
    pen.globalAlpha *= 0.55;
    const end = Math.min(x + width, this.width);
    if (kind === 1) {
      pen.beginPath();
      for (let at = x - height; at < end; at += 8) { pen.moveTo(at, y + height); pen.lineTo(at + height, y); }
      pen.stroke();
    } else {
      for (let at = x + 4; at < end; at += 8) pen.fillRect(at, y + height / 2 - 1.5, 3, 3);
    }
    pen.restore();
  }

  paintFaults() {
    const pen = this.pen, faults = this.data.faults, bottom = this.height - AXIS;
    const band = (from, to, colour, alpha, y, end) => {
      pen.globalAlpha = alpha;
      pen.fillStyle = colour;
      pen.fillRect(from, y, Math.max(1, to - from), end - y);
      pen.globalAlpha = 1;
    };
    for (let i = 0; i < this.data.outages.length; i += 2) {
      band(this.x(this.data.outages[i]), this.x(this.data.outages[i + 1]), this.c.outage, 0.22, AXIS, bottom);
    }
    this.data.inForce.forEach(([from, to]) => band(this.x(from), this.x(to), this.c.fault, 0.14, this.top, bottom));
    /* Where many are in view, their beginnings would hide the leaders. */
    const depth = Math.min(0.55, 12 / Math.max(1, faults.filter((at, i) => i % 2 === 0 && at >= view.from && at <= view.to).length));
    for (let i = 0; i < faults.length; i += 2) {
      const from = this.x(faults[i]), to = this.x(faults[i + 1]);
      if (to < this.left || from > this.width) continue;
      const y = AXIS + this.faultRow[i / 2] * FAULTS;
      band(from, from + 1, this.c.fault, depth, this.top, bottom);
      band(from, to, this.c.fault, 0.35, y, y + FAULTS - 2);
      const room = Math.min(to, this.width) - Math.max(from, this.left) - 6;
      pen.fillStyle = this.c.ink;
      pen.textAlign = "left";
      const text = this.data.names[i / 2].split(":")[0], words = text.split(" ");
      const fits = [text, words.slice(0, 2).join(" "), words[0]].find((name) => pen.measureText(name).width <= room);
      if (fits) pen.fillText(fits, Math.max(from, this.left) + 3, y + FAULTS / 2 - 0.5);
    }
  }

  /* Gaps and violations are never narrower than can be seen. */
  paintMarks(lane, y) {
    const pen = this.pen, height = this.lane - 3;
    for (let i = 0; i < lane.gaps.length; i += 2) {
      if (lane.gaps[i + 1] < view.from || lane.gaps[i] > view.to) continue;
      const from = Math.max(this.left, this.x(lane.gaps[i])), to = Math.min(this.width - EDGE, this.x(lane.gaps[i + 1]));
      const width = Math.max(2, to - from);
      pen.fillStyle = this.c.gap;
      if (width < 8) { pen.fillRect(from, y, width, height); continue; }
      pen.save();
      pen.beginPath();
      pen.rect(from, y, width, height);
      pen.fillStyle = this.c.page;
      pen.fill();
      pen.clip();
      pen.strokeStyle = this.c.gap;
      pen.lineWidth = 2;
      pen.beginPath();
      for (let at = from - height; at < to; at += 6) { pen.moveTo(at, y + height); pen.lineTo(at + height, y); }
      pen.stroke();
      pen.strokeRect(from, y, width, height);
      pen.restore();
    }
    pen.strokeStyle = this.c.violation;
    pen.lineWidth = 2;
    for (let i = 0; i < lane.bad.length; i += 2) {
      const from = this.x(lane.bad[i]), to = this.x(lane.bad[i + 1]);
      pen.strokeRect(from - 2, y - 1, Math.max(4, to - from + 4), height + 2);
    }
  }
}
