// SPDX-License-Identifier: MIT
// What the page is doing: the tab, the variant, the learner's way in each variant, the task.
import { h as element, Fragment } from "preact";
import { compare } from "./compare.js";
import { h, render } from "./dom.js";
import { follow } from "./follow.js";
import { Graph } from "./graph.js";
import { footer } from "./help.js";
import { lessonText } from "./lesson_view.js";
import { measure } from "./measure.js";
import { Moves } from "./moves.js";
import { play } from "./play.js";
import { replayString, Session } from "./session.js";
import { Task, taskLine } from "./task.js";
import { Watch } from "./watch.js";

const tabs = {
  lesson: ["Lesson", "L"],
  play: ["Play", "P"],
  compare: ["Compare", "K"],
  watch: ["Watch", "W"],
  measure: ["Measure", "M"],
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
  constructor(data) {
    super();
    this.lesson = data.lesson;
    this.measured = data.measure;
    this.graphs = data.graphs.map((raw) => new Graph(raw));
    this.sessions = this.graphs.map((graph) => new Session(graph));
    // What changes under any of the variants: the rest is folded away.
    this.varying = new Set(
      this.graphs.flatMap((g) =>
        g.columns.filter((_, k) => g.varying[k]).map((f) => `${f.group}/${f.name}`),
      ),
    );
    this.current = 0;
    this.task = this.lesson.task ? new Task(this.lesson.task, this.graphs) : null;
    this.watch = data.watch && readable(data.watch, () => this.draw());
    this.tab = "lesson";
    for (const id of this.lesson.schedule ?? [])
      this.session.step(this.session.graph.contexts.findIndex((c) => c.id === id));
    this.tabs = Object.keys(tabs).filter(
      (t) => (t !== "watch" || this.watch) && (t !== "measure" || data.measure),
    );
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
    this.tab = tab;
    this.task?.check(this, false);
    this.draw();
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
    if (this.tab === "compare" && this.session.at > 0)
      this.sessions[next] = follow(this.session.graph, this.session.taken, this.graphs[next]).other;
    this.useVariant(next);
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
    const root = document.documentElement;
    const dark = root.dataset.theme
      ? root.dataset.theme === "dark"
      : matchMedia("(prefers-color-scheme: dark)").matches;
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
    const tab = (name) =>
      h(
        "button.tab",
        {
          type: "button",
          role: "tab",
          id: `tab-${name}`,
          "data-key": `tab ${name}`,
          "aria-selected": String(name === this.tab),
          onclick: () => this.show(name),
        },
        tabs[name][0],
        h("kbd", { "aria-hidden": "true" }, tabs[name][1]),
      );
    const variant = (graph, i) =>
      h(
        "button.variant",
        {
          type: "button",
          role: "radio",
          "data-key": `variant ${i}`,
          "aria-checked": String(i === this.current),
          title: graph.raw.variant_help,
          onclick: () => this.useVariant(i),
        },
        graph.variant,
      );
    return [
      h("b.brand", {}, "Poolrace"),
      h("span.title", {}, this.lesson.title),
      h("nav.tabs", { role: "tablist" }, this.tabs.map(tab)),
      this.graphs.length > 1 &&
        (this.tab === "play" || this.tab === "compare") &&
        h(
          "div.variants",
          { role: "radiogroup", "aria-label": "variant" },
          this.graphs.map(variant),
        ),
      h(
        "button.plain",
        {
          type: "button",
          "data-key": "theme",
          onclick: () => this.nextTheme(),
          "aria-label": "light or dark",
        },
        "◐",
      ),
      h(
        "button.plain",
        {
          type: "button",
          "data-key": "help",
          onclick: () => this.help(true),
          "aria-label": "help",
        },
        "?",
      ),
    ];
  }
  draw() {
    const view = { lesson: lessonText, play, compare, watch: (app) => app.watch.view(), measure }[
      this.tab
    ];
    document.body.dataset.tab = this.tab;
    const main = document.getElementById("main");
    main.setAttribute("aria-labelledby", `tab-${this.tab}`);
    render(element(Fragment, { key: this.tab }, view(this)), main);
    render(this.top(), document.getElementById("top"));
    render(footer(this), document.getElementById("keys"));
    if (this.tab === "compare")
      main.querySelector("tr.parting")?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }
}
