// SPDX-License-Identifier: MIT
// Watch: where on the recorded run the reader stands, how much of it is seen, which page is followed.
import { stillness } from "./player.js";
import { Recording } from "./recording.js";
import { capital, harmWord } from "./words.js";

const pace_ms = 300; // a step, at the usual speed
const first_us = 20; // seen at first before the violation, or from before the unmap that it missed

const placeOfStage = {
  posted: "card",
  "DMA write": "card",
  received: "stack",
  stack: "stack",
  put: "stack",
};

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
  // The steps that one goes along.
  get way() {
    if (this.wayOf !== this.followed || !this.wayCached) {
      this.wayOf = this.followed;
      const { steps } = this.recording;
      this.wayCached = steps.map((_, i) => i).filter((i) => this.concerned(steps[i]));
    }
    return this.wayCached;
  }
  // How far along them one stands.
  get along() {
    return Math.max(
      0,
      this.way.findLastIndex((i) => i <= this.at),
    );
  }
  toggle() {
    if (this.playing) return this.pause();
    const { way } = this;
    if (!way.length) return;
    if (this.along >= way.length - 1) this.at = way[0];
    if (stillness()) return this.stand(way.at(-1));
    this.playing = true;
    this.tick();
  }
  tick() {
    const next = this.way[this.along + 1];
    if (next === undefined || !this.playing) return this.pause();
    this.stand(next);
    this.timer = setTimeout(() => this.tick(), pace_ms / (this.speed ?? 1));
  }
  pause() {
    clearTimeout(this.timer);
    if (!this.playing) return;
    this.playing = false;
    this.draw();
  }
  move(by) {
    this.playing = false;
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
  // The followed page as the picture has it, at this step.
  pages() {
    const page = this.followed,
      now = this.step?.at ?? this.from;
    if (!page || now < page.from) return [];
    const begun = page.stages.filter((s) => s.from <= now && !s.before).map((s) => s.name);
    const wrote = page.stages.some((s) => s.name === "DMA write" && s.to <= now);
    const put = page.stages.find((s) => s.name === "put" && !s.before);
    const published =
      put &&
      this.way.some((i) => {
        const { name, at } = this.recording.steps[i];
        return i <= this.at && name === "ring: publish page" && at >= put.from;
      });
    const { kind, args } = this.step ?? {};
    const lost = kind === "violation" && args.kind === "payload-corruption";
    const { broken, violation } = this.recording;
    const dirty = page === broken && violation.args.kind === "payload-corruption";
    return [
      {
        name: page.name,
        place: published || now > page.to ? "ring" : (placeOfStage[begun.at(-1)] ?? "card"),
        address: "its address",
        live: page.unmapped === null || now < page.unmapped,
        cache: lost ? "clean" : dirty ? "1 line dirty" : "", // the record says so by its end alone
        lost,
        wrote,
      },
    ];
  }
}
