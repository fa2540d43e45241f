// SPDX-License-Identifier: MIT
// Watch: where on the recorded run the reader stands, how much of it is seen, which page is followed.
import { action, h } from "./dom.js";
import { Recording } from "./recording.js";
import { timeline } from "./timeline.js";
import { capital, harmWord } from "./words.js";

const first_us = 20; // seen at first before the violation, or from before the unmap that it missed

export class Watch {
  constructor(events, draw) {
    this.recording = new Recording(events);
    this.draw = draw;
    const { steps, violation } = this.recording;
    this.at = violation ? steps.indexOf(violation) : Math.max(0, steps.length - 1);
    this.followed = violation ? this.recording.broken : this.recording.longest;
    const end = violation?.at ?? this.recording.end;
    const span = Math.max(
      first_us,
      1.2 * (end - (this.followed?.unmapped ?? this.followed?.from ?? end)),
    );
    if (violation || !this.followed) this.view_between(end - span, 1.05 * span);
    else {
      this.see(this.followed);
      this.at = Math.max(
        0,
        steps.findLastIndex((step) => this.concerned(step)),
      );
    }
  }
  see(page) {
    this.view_between(page.from - (page.to - page.from) * 0.1, (page.to - page.from) * 1.2);
  }
  whole() {
    this.view_between(this.recording.begin, 1.05 * (this.recording.end - this.recording.begin));
  }
  get step() {
    return this.recording.steps[this.at];
  }
  // Steps forward and back go over the steps of the page that is followed, if one is.
  concerned(step) {
    if (!this.followed) return true;
    const { name, from, to } = this.followed;
    return step.kind !== "step"
      ? step.name.endsWith(name) || `page ${step.args.page}` === name
      : this.recording.lanes.some(
          (lane) =>
            lane.kind === "cpu" &&
            lane.slices.some(
              (s) =>
                s.name === `put ${name}` &&
                s.args.context === step.context &&
                s.from <= step.at &&
                step.at <= s.to,
            ),
        ) &&
          step.at >= from &&
          step.at <= to;
  }
  move(by) {
    const { steps } = this.recording;
    const direction = Math.sign(by);
    let at = Math.abs(by) === Infinity ? (by < 0 ? 0 : steps.length - 1) : this.at + direction;
    while (at >= 0 && at < steps.length && !this.concerned(steps[at]))
      at += Math.abs(by) === Infinity ? -direction : direction;
    if (at >= 0 && at < steps.length) this.stand(at);
  }
  stand(at) {
    this.at = at;
    const span = this.to - this.from;
    if (this.step.at < this.from || this.step.at > this.to)
      this.view_between(this.step.at - span / 2, span);
    document.getElementById("live").textContent = `${this.told()}`;
    this.draw();
  }
  view_between(from, span) {
    const { begin, end } = this.recording;
    const beyond = 0.05 * span; // so that the end does not stick to the edge
    const width = Math.min(Math.max(span, 0.05), end - begin + beyond);
    this.from = Math.min(Math.max(from, begin), end + beyond - width);
    this.to = this.from + width;
  }
  // Keeps the date `around` where it is.
  zoom(factor, around = this.step?.at ?? this.from) {
    const share = (around - this.from) / (this.to - this.from);
    const span = (this.to - this.from) * factor;
    this.view_between(around - share * span, span);
    this.draw();
  }
  zoomKey(key) {
    if (key === "0") this.whole();
    this.zoom(key === "0" ? 1 : key === "-" ? 2 : 0.5);
  }
  follow(page) {
    this.followed = this.followed === page ? null : page;
    if (this.followed) this.see(page);
    this.draw();
  }
  get replay() {
    return this.recording.about.replay ?? "";
  }
  told() {
    const { step } = this;
    if (!step) return "Nothing was recorded.";
    if (step.kind !== "violation")
      return `${step.context}: ${step.name}${step.value === undefined ? "" : ` = ${step.value}`}`;
    return `${capital(harmWord(step.args.class))}: ${step.args.kind.replaceAll("-", " ")}.`;
  }
  details() {
    const { step } = this,
      { about, violation } = this.recording;
    const parts = [];
    if (step?.kind === "violation")
      parts.push(
        `${step.args.context} at “${step.args.site}”${step.args.ended_by ? `; cause: ${step.args.ended_by}` : ""}`,
      );
    if (step) parts.push(`at ${step.at.toFixed(3)} µs`);
    const apart = violation ? step.at - violation.at : 0;
    if (apart)
      parts.push(
        `${Math.abs(apart).toFixed(3)} µs ${apart < 0 ? "before" : "after"} the violation`,
      );
    return `${parts.join(", ")} · ${about.scenario} on ${about.profile}, ${about.variant}`;
  }

  view() {
    const { recording, step } = this;
    const { violation } = recording;
    const counts = ["pages in flight", "with the stack", "dma_sync"]
      .map((name) => [name, step && recording.counted(name, step.at)])
      .filter(([, v]) => v !== undefined);
    const broke = step?.kind === "violation";
    return [
      h(
        `section.verdict.${broke ? "harm" : "neutral"}`,
        { "aria-label": "the step" },
        h(
          "div.say",
          {},
          h("h2", {}, broke && h("span.mark", { "aria-hidden": "true" }, "✕"), this.told()),
          h("p.story", {}, this.details()),
        ),
        h(
          "dl.orders.wide",
          {},
          counts.map(([name, v]) => h("div", {}, h("dt", {}, name), h("dd", {}, v))),
        ),
      ),
      h("div.timeline", { tabindex: 0, role: "region", "aria-label": "timeline" }, timeline(this)),
      h(
        "div.below",
        {},
        h(
          "div.actions",
          { role: "toolbar", "aria-label": "moves" },
          action("Back", "←", () => this.move(-1)),
          action("On", "→", () => this.move(1)),
          action("First", "Home", () => this.move(-Infinity)),
          violation &&
            action("To the violation", "End", () => this.stand(recording.steps.indexOf(violation))),
          action("Zoom in", "+", () => this.zoomKey("+")),
          action("Zoom out", "−", () => this.zoomKey("-")),
          action("All of it", "0", () => this.zoomKey("0")),
          h(
            "label.follow",
            {},
            "Follow ",
            h(
              "select",
              {
                "data-key": "follow",
                "aria-label": "follow one page",
                onchange: (e) => this.follow(recording.trips[e.target.value] ?? null),
              },
              h("option", { value: "" }, "every page"),
              recording.trips.map((p, i) =>
                h(
                  "option",
                  { value: i, selected: p === this.followed },
                  `${p.name}, ${p.from > recording.begin ? `posted at ${p.from.toFixed(1)} µs` : "away before the record begins"}`,
                ),
              ),
            ),
          ),
        ),
        h("output.replay", { "aria-label": "replay string" }, this.replay),
      ),
    ];
  }
}
