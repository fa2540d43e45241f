// SPDX-License-Identifier: MIT
// A lesson's task, checked on the graph.  What "at most N steps" means is N = the graph's own
// shortest way plus the lesson's slack.
//   reach HARM    end a way under the task's variant in this harm, in at most N steps
//   absent HARM   ask at the start of a variant where no order ends in it
//   refuse HARM   show, in Compare, a fatal way that the other variant does not go
//   finish        a way to its end without harm
import { h, plural } from "./dom.js";
import { parting } from "./parting.js";
import { inline } from "./prose.js";
import { aHarm } from "./words.js";

export class Task {
  constructor(spec, graphs) {
    Object.assign(this, spec); // {kind, harm, variant, slack, say}
    this.graph = graphs.find((g) => g.variant === this.variant) ?? graphs[0];
    this.done = false;
    const shortest = this.kind === "reach" ? this.graph.distance(this.harm)[0] : -1;
    this.most = shortest < 0 ? null : shortest + (this.slack ?? 0);
  }
  // Can it be done at all?  A lesson whose task cannot is wrong; the tests ask.
  get possible() {
    const far = this.graph.distance(this.harm ?? "crash")[0];
    if (this.kind === "absent") return far < 0 && this.graph.complete;
    if (this.kind === "finish") return this.graph.distance("fine")[0] >= 0;
    return this.kind === "refuse" ? far >= 0 : this.most !== null;
  }
  get text() {
    return (this.say ?? "").replaceAll("{N}", plural(this.most ?? 0, "step"));
  }

  check(app, asked) {
    const session = app.session,
      { graph } = session;
    if (this.done || (graph !== this.graph && this.kind !== "refuse")) return false;
    const harm = this.harm,
      state = session.state;
    const checks = {
      reach: () => graph.outcome(state) === harm && session.at <= this.most,
      absent: () => asked && state === 0 && graph.complete && graph.distance(harm)[0] < 0,
      refuse: () =>
        app.tab === "compare" &&
        graph === this.graph &&
        graph.outcome(state) === harm &&
        parting(graph, session.taken, app.otherGraph, harm).kind !== "fatal",
      finish: () => graph.outcome(state) === "fine",
    };
    this.done = Boolean(checks[this.kind]?.());
    return this.done;
  }
}

export function taskLine(app) {
  const { task } = app;
  if (!task) return null;
  return h(
    "p.task",
    { class: task.done ? "task done" : "task", "data-done": String(task.done) },
    h("span.box", { "aria-hidden": "true" }, task.done ? "✓" : ""),
    h("b", {}, task.done ? "Task done. " : "Task. "),
    h("span", {}, inline(task.text || `Reach ${aHarm(task.harm)}.`)),
  );
}
