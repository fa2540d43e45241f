// SPDX-License-Identifier: MIT
// What the page is doing: the tab, the variant, the learner's way in each variant, the task.
import { h, replace } from "./dom.js";
import { compare } from "./compare.js";
import { Graph } from "./graph.js";
import { lessonText } from "./lesson_view.js";
import { measure } from "./measure.js";
import { play } from "./play.js";
import { replayString, Session } from "./session.js";
import { Task, taskLine } from "./task.js";
import { Watch } from "./watch.js";
import { aHarm, toldStep, verdict } from "./words.js";

const tabs = { lesson: ["Lesson", "L"], play: ["Play", "P"], compare: ["Compare", "K"], watch: ["Watch", "W"], measure: ["Measure", "M"] };
const pace_ms = 140;
const stillness = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

export class App {
  constructor(data) {
    this.lesson = data.lesson;
    this.measured = data.measure;
    this.graphs = data.graphs.map((raw) => new Graph(raw));
    this.sessions = this.graphs.map((graph) => new Session(graph));
    // What changes under any of the variants: the rest is folded away.
    this.varying = new Set(this.graphs.flatMap((g) => g.columns.filter((_, k) => g.varying[k]).map((f) => `${f.group}/${f.name}`)));
    this.current = 0;
    this.task = this.lesson.task ? new Task(this.lesson.task, this.graphs) : null;
    this.watch = data.watch ? new Watch(data.watch, () => this.draw()) : null;
    this.tab = "lesson";
    this.tabs = Object.keys(tabs).filter((t) => (t !== "watch" || this.watch) && (t !== "measure" || data.measure));
  }
  get session() {
    return this.sessions[this.current];
  }
  get otherGraph() {
    return this.graphs.length < 2 ? null : this.graphs[(this.current + 1) % this.graphs.length];
  }
  // The harm a lesson is about: its task's, else the worst that any of its variants can show.
  goalOf() {
    const worst = this.graphs.map((g) => g.worst());
    return this.task?.harm ?? ["crash", "corruption", "leak", "stall"].find((c) => worst.includes(c));
  }
  taskLine() {
    return taskLine(this);
  }

  // ---- moves
  moved(told) {
    this.refused = null;
    const { session } = this;
    const goal = this.goalOf();
    const done = this.task?.check(this, false);
    const said = told ?? (session.last ? toldStep(session.graph, session.last, goal) : "At the start.");
    this.announce(`${said} ${verdict(session.graph, session.state, goal).text}${done ? " Task done." : ""}`);
    this.draw();
  }
  go(move) {
    this.playing = false;
    if (this.tab === "lesson") this.tab = "play";
    move();
    this.moved();
  }
  refuse(context) {
    const { graph, state } = this.session;
    const who = graph.contexts[context];
    if (!who) return;
    const { kind, why } = graph.status(state, context);
    this.refused = graph.ended(state) ? `${who.name} cannot go on: it is over.`
      : kind === "done" ? `${who.name} has returned.` : `${who.name} is blocked: it waits for ${why}.`;
    this.announce(this.refused);
    this.draw();
  }
  step(context) {
    if (this.session.graph.next(this.session.state, context)) this.go(() => this.session.step(context));
    else this.refuse(context);
  }
  run(context) {
    if (this.session.graph.next(this.session.state, context)) this.go(() => this.session.run(context));
    else this.refuse(context);
  }
  // The one that moved last, as far as it gets.
  finish() {
    const context = this.session.last?.context;
    if (context !== undefined && this.session.graph.next(this.session.state, context)) this.go(() => this.session.finish(context));
    else if (context !== undefined) this.refuse(context);
  }
  undo() {
    if (this.tab === "watch") this.watch.move(-1);
    else this.go(() => this.session.undo());
  }
  redo() {
    if (this.tab === "watch") this.watch.move(1);
    else this.go(() => this.session.jump(this.session.at + 1));
  }
  restart() {
    if (this.tab === "watch") this.watch.move(-Infinity);
    else this.go(() => this.session.restart());
  }
  jump(at) {
    if (this.tab === "watch") this.watch.move(Infinity);
    else this.go(() => this.session.jump(at));
  }
  showFrom() {
    const { session } = this;
    const goal = this.goalOf();
    const way = goal && session.graph.wayTo(goal, session.state);
    if (!way?.length) return this.announce("There is none from here.");
    session.plan(way);
    if (this.tab === "lesson") this.tab = "play";
    this.auto(true);
  }
  showShortest() {
    const goal = this.goalOf();
    if (!goal || this.session.graph.distance(goal)[0] < 0) {
      this.announce(`No order of ${this.session.graph.variant} ends in ${aHarm(goal ?? "crash")}.`);
      return this.draw();
    }
    this.session.restart();
    this.showFrom();
  }
  toggleAuto() {
    this.auto(!this.playing);
  }
  auto(on) {
    clearTimeout(this.timer);
    const { session } = this;
    this.playing = on && session.at < session.steps.length;
    if (this.playing && stillness()) {
      session.jump(Infinity);
      this.playing = false;
    }
    const tick = () => {
      if (!this.playing) return;
      session.jump(session.at + 1);
      this.playing = session.at < session.steps.length;
      this.moved();
      if (this.playing) this.timer = setTimeout(tick, pace_ms);
    };
    if (this.playing) this.timer = setTimeout(tick, pace_ms);
    this.moved();
  }
  ask() {
    const { session } = this;
    const done = this.task?.check(this, true);
    const answer = verdict(session.graph, session.state, this.goalOf());
    this.refused = `${answer.tone === "danger" ? "Yes. " : ""}${answer.text}${done ? " Task done." : ""}`;
    this.announce(this.refused);
    this.draw();
  }

  // ---- the rest
  show(tab) {
    if (!this.tabs.includes(tab)) return;
    this.tab = tab;
    this.task?.check(this, false);
    this.draw();
    this.announce(tabs[tab][0]);
  }
  useVariant(index) {
    this.playing = false;
    this.refused = null;
    this.current = index;
    this.draw();
    this.announce(`Variant ${this.session.graph.variant}`);
  }
  nextVariant() {
    this.useVariant((this.current + 1) % this.graphs.length);
  }
  toggleFacts() {
    this.allFacts = !this.allFacts;
    this.draw();
  }
  unfold() {
    this.unfolded = !this.unfolded;
    this.draw();
  }
  fold() {
    if (this.tab === "compare") this.unfold();
    else this.toggleFacts();
  }
  zoom(key) {
    if (this.tab === "watch") this.watch.zoomKey(key);
  }
  copyReplay() {
    this.copy(replayString(this.session.graph, this.session.taken));
  }
  async copy(text) {
    try {
      await navigator.clipboard.writeText(text);
      this.announce("Copied.");
    } catch { // no clipboard for a file: select it, and Ctrl-C does the rest
      const shown = document.querySelector(".replay");
      if (shown) getSelection().selectAllChildren(shown);
      this.announce("Selected; copy it with Ctrl-C.");
    }
    this.refused = text;
    this.draw();
  }
  nextTheme() {
    const root = document.documentElement;
    const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
    root.dataset.theme = dark ? "light" : "dark";
    this.draw();
  }
  help(open) {
    const dialog = document.querySelector("dialog.help");
    if (open) dialog.showModal();
    else dialog.close();
  }
  announce(text) {
    document.getElementById("live").textContent = text;
  }

  top() {
    const tab = (name) => h("button.tab", { type: "button", role: "tab", id: `tab-${name}`, "data-key": `tab ${name}`, "aria-selected": String(name === this.tab), onclick: () => this.show(name) },
      tabs[name][0], h("kbd", { "aria-hidden": "true" }, tabs[name][1]));
    const variant = (graph, i) => h("button.variant", { type: "button", role: "radio", "data-key": `variant ${i}`, "aria-checked": String(i === this.current), title: graph.raw.variant_help, onclick: () => this.useVariant(i) }, graph.variant);
    return [h("b.brand", {}, "Poolrace"), h("span.title", {}, this.lesson.title),
      h("nav.tabs", { role: "tablist" }, this.tabs.map(tab)),
      this.graphs.length > 1 && h("div.variants", { role: "radiogroup", "aria-label": "variant" }, this.graphs.map(variant)),
      h("button.plain", { type: "button", "data-key": "theme", onclick: () => this.nextTheme(), "aria-label": "light or dark" }, "◐"),
      h("button.plain", { type: "button", "data-key": "help", onclick: () => this.help(true), "aria-label": "help" }, "?")];
  }
  draw() {
    const view = { lesson: lessonText, play, compare, watch: (app) => app.watch.view(), measure }[this.tab];
    document.body.dataset.tab = this.tab;
    replace(document.getElementById("top"), this.top());
    const main = document.getElementById("main");
    main.setAttribute("aria-labelledby", `tab-${this.tab}`);
    replace(main, view(this));
    main.querySelector("tr.parting,.cell.here")?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }
}
