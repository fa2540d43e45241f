// SPDX-License-Identifier: MIT
// A lesson's tasks: one after the other or in any order, each done for good once it is.  What "at
// most N steps" means is N = the graph's own shortest way plus the lesson's slack.
import { h, plural } from "./dom.js";
import { met, missing, possible } from "./goals.js";
import { inline } from "./prose.js";
import { aHarm } from "./words.js";

function goalOf(spec, graphs) {
  const graph = graphs.find((g) => g.variant === spec.variant) ?? graphs[0];
  const shortest = spec.kind === "reach" ? graph.distance(spec.harm)[0] : -1;
  return {
    ...spec,
    graph,
    done: false,
    most: shortest < 0 ? null : shortest + (spec.slack ?? 0),
  };
}

export class Task {
  constructor(specs, graphs) {
    this.goals = specs.map((spec) => goalOf(spec, graphs));
    this.happened = []; // what the first of them came to, for the prediction
  }
  get done() {
    return this.goals.every((goal) => goal.done);
  }
  get harm() {
    return this.goals.find((goal) => goal.harm)?.harm;
  }
  get possible() {
    return this.goals.every(possible);
  }
  // Whether one more is done now.
  check(app, asked) {
    let fresh = false;
    this.goals.forEach((goal, i) => {
      const what = !goal.done && met(goal, app, asked);
      if (!what) return;
      goal.done = fresh = true;
      if (i === 0) this.happened = what;
    });
    if (fresh) app.progressed?.();
    return fresh;
  }
}

const sayOf = (goal) =>
  (goal.say || `Reach ${aHarm(goal.harm)}.`).replaceAll("{N}", plural(goal.most ?? 0, "step"));

// What is still possible is the answer to a question that a task asks: not told before it is asked.
export function withheld(app, { graph, at }) {
  if (at > 0) return "";
  const asking = app.task?.goals.some(
    (goal) => !goal.done && goal.graph === graph && ["absent", "present"].includes(goal.kind),
  );
  return asking ? "Ask (A): can it happen at all?" : "";
}

export function taskLine(app) {
  const { task } = app;
  if (!task) return null;
  const several = task.goals.length > 1;
  const open = task.goals.find((goal) => !goal.done);
  const hint = open && missing(open, app.session);
  return h(
    "div.tasks",
    { "data-done": String(task.done) },
    task.goals.map((goal, i) =>
      h(
        "p.task",
        { class: goal.done ? "task done" : "task", "data-done": String(goal.done) },
        h("span.box", { "aria-hidden": "true" }, goal.done ? "✓" : ""),
        h("b", {}, goal.done ? "Done. " : several ? `Task ${i + 1}. ` : "Task. "),
        h("span", {}, inline(sayOf(goal))),
      ),
    ),
    hint && h("p.hint", {}, hint),
  );
}
