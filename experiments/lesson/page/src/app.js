// SPDX-License-Identifier: MIT
// What the page is doing: the tab, the variant, the learner's way in each variant, the task.
import { h as element, Fragment } from "preact";
import { compare } from "./compare.js";
import { h, render } from "./dom.js";
import { follow } from "./follow.js";
import { footer } from "./help.js";
import { lessonText } from "./lesson_view.js";
import { measure } from "./measure.js";
import { Moves } from "./moves.js";
import { play } from "./play.js";
import { Prediction } from "./predict.js";
import { replayString, Session } from "./session.js";
import { Task, taskLine } from "./task.js";
import { tabs, top } from "./top.js";
import { Watch } from "./watch.js";
import { watchView } from "./watch_view.js";

const views = {
  lesson: lessonText,
  play,
  compare,
  watch: (app) => watchView(app.watch),
  measure,
};

// A recording that was made elsewhere may be anything: it costs no more than its tab.
function readable(events, draw) {
  try {
    return new Watch(events, draw);
  } catch (error) {
    console.error("the recording cannot be read:", error);
    return null;
  }
}

export class App extends Moves {
  constructor(data, course) {
    super();
    this.course = course;
    this.lesson = data.lesson;
    this.measured = data.measure;
    this.graphs = data.graphs;
    this.sessions = this.graphs.map((graph) => new Session(graph));
    // What changes under any of the variants: the rest is folded away.
    this.varying = new Set(
      this.graphs.flatMap((g) =>
        g.columns.filter((_, k) => g.varying[k]).map((f) => `${f.group}/${f.name}`),
      ),
    );
    this.current = 0;
    for (const { group, name } of this.graphs.flatMap((g) => g.columns))
      if (this.lesson.show?.includes(name)) this.varying.add(`${group}/${name}`);
    this.recall(data.lesson);
    this.watch = data.watch && readable(data.watch, () => this.draw());
    if (this.watch) this.watch.copy = (text) => this.copy(text);
    this.tab = "lesson";
    for (const [id, way] of this.lesson.schedule ?? []) {
      const { graph, state } = this.session;
      this.session.take(
        graph.step(
          state,
          graph.contexts.findIndex((c) => c.id === id),
          way,
        ),
      );
    }
    this.session.own.fill(false); // shown, not chosen
    this.tabs = Object.keys(tabs).filter(
      (t) => (t !== "watch" || this.watch) && (t !== "measure" || data.measure),
    );
  }
  // The tasks and the prediction, as far as they were done before.
  recall({ name, tasks, task, predict }) {
    const specs = tasks ?? (task ? [task] : []);
    const { done = [], happened = [], predicted } = this.course.progress.of(name);
    this.task = specs.length ? new Task(specs, this.graphs) : null;
    this.task?.goals.forEach((goal, i) => {
      goal.done = Boolean(done[i]);
    });
    if (this.task) this.task.happened = happened;
    this.prediction = predict ? new Prediction(predict) : null;
    if (this.prediction) this.prediction.chosen = predicted ?? null;
  }
  progressed() {
    const { goals, happened } = this.task;
    this.course.progress.keep(this.lesson.name, { done: goals.map((g) => g.done), happened });
  }
  predict(what) {
    this.prediction.chosen = what;
    this.course.progress.keep(this.lesson.name, { predicted: what });
    this.draw();
    this.announce("Noted. Now try it.");
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
    return (
      this.task?.harm ?? ["crash", "corruption", "leak", "stall"].find((c) => worst.includes(c))
    );
  }
  taskLine() {
    return taskLine(this);
  }

  show(tab) {
    if (!this.tabs.includes(tab)) return;
    this.playing = false;
    this.watch?.pause();
    const back = tab === "lesson" && this.tab !== "lesson" && this.task?.done;
    this.tab = tab;
    this.task?.check(this, false);
    this.draw();
    scrollTo(0, 0);
    if (back) document.getElementById("after")?.scrollIntoView({ block: "center" });
    this.announce(tabs[tab][0]);
  }
  useVariant(index) {
    this.playing = false;
    this.said = null;
    this.current = index;
    this.draw();
    this.announce(`Variant ${this.session.graph.variant}`);
  }
  // In Compare the way goes along: what the other variant made of these choices becomes the left side.
  nextVariant() {
    const next = (this.current + 1) % this.graphs.length;
    if (this.tab === "compare" && this.session.at > 0) {
      const { other } = follow(this.session.graph, this.session.taken, this.graphs[next]);
      other.own.fill(this.session.allOwn); // chosen there as far as chosen here
      this.sessions[next] = other;
    }
    this.useVariant(next);
  }
  toggleFacts() {
    this.allFacts = !this.allFacts;
    this.draw();
  }
  showAfter() {
    this.afterShown = true;
    this.draw();
  }
  openBound(open) {
    if (Boolean(this.boundOpen) === open) return;
    this.boundOpen = open;
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
    if (this.tab === "watch") return this.copy(this.watch.replay);
    this.copy(replayString(this.session.graph, this.session.taken));
  }
  async copy(text) {
    try {
      await navigator.clipboard.writeText(text);
      this.announce("Copied.");
    } catch {
      // no clipboard for a file: select it, and Ctrl-C does the rest
      const shown = document.querySelector(".replay");
      if (shown) getSelection().selectAllChildren(shown);
      this.announce("Selected; copy it with Ctrl-C.");
    }
    this.said = text;
    this.draw();
  }
  nextTheme() {
    this.course.nextTheme();
  }
  help(open) {
    this.course.help(open);
  }
  announce(text) {
    document.getElementById("live").textContent = text;
  }

  draw() {
    document.body.dataset.tab = this.tab;
    document.title = `${this.lesson.title} · Poolrace`;
    const main = document.getElementById("main");
    render(element(Fragment, { key: this.tab }, this.panel()), main);
    render(top(this), document.getElementById("top"));
    render(footer(this), document.getElementById("keys"));
    if (this.tab === "compare")
      main.querySelector("tr.parting")?.scrollIntoView({ block: "nearest", inline: "nearest" });
    this.course.drawn(this);
  }
  // Each tab has a heading of the first rank; the lesson's own text shows it.
  panel() {
    const title = `${tabs[this.tab][0]}: ${this.lesson.title}`;
    return h(
      "div.panel",
      { id: "panel", role: "tabpanel", "aria-labelledby": `tab-${this.tab}` },
      this.tab !== "lesson" && h("h1.unseen", {}, title),
      views[this.tab](this),
    );
  }
}
