// SPDX-License-Identifier: MIT
// One learner's way through a graph: the steps taken, and where on them the learner stands.
// Steps beyond that point stay until another step is taken, so that going back loses nothing.
import { sharedSteps } from "./shared.js";

export class Session {
  constructor(graph) {
    this.graph = graph;
    this.steps = []; // edges
    this.at = 0;
  }

  get state() {
    return this.at === 0 ? 0 : this.steps[this.at - 1].to;
  }
  get previous() {
    return this.at < 2 ? 0 : this.steps[this.at - 2].to;
  }
  get last() {
    return this.at === 0 ? null : this.steps[this.at - 1];
  }
  get taken() {
    return this.steps.slice(0, this.at);
  }

  // One step of a context; false if it cannot go on.
  step(context) {
    const edge = this.graph.next(this.state, context);
    if (!edge) return false;
    if (this.steps[this.at] !== edge) this.steps.length = this.at;
    this.steps[this.at++] = edge;
    return true;
  }

  // On until just before a step that another context has a stake in, the end, or a wait.
  run(context) {
    const { graph } = this;
    let moved = false;
    while (!graph.ended(this.state) && this.step(context)) {
      moved = true;
      const next = graph.next(this.state, context);
      if (!next || sharedSteps(graph).matters(this.state, next)) break;
    }
    return moved;
  }

  // On as far as it gets alone.
  finish(context) {
    while (!this.graph.ended(this.state) && this.step(context));
  }

  jump(at) {
    this.at = Math.max(0, Math.min(at, this.steps.length));
  }
  undo() {
    this.jump(this.at - 1);
  }
  restart() {
    this.at = 0; // the steps stay, to be gone again
  }
  // What lies ahead becomes these steps; the learner stays.
  plan(steps) {
    this.steps = [...this.taken, ...steps];
  }

  // The same choices in another graph, as far as it allows them.
  static follow(graph, contexts) {
    const session = new Session(graph);
    contexts.every((context) => session.step(context));
    return session;
  }
}

// The last chance for an outcome passed with this step; or with it no other end was left.
export function turningPoint(graph, edge, outcome) {
  const before = graph.orders(edge.from),
    after = graph.orders(edge.to);
  const chance = (o) => o[outcome] ?? 0n;
  if (chance(before) > 0n && chance(after) === 0n) return "averted";
  if (chance(before) < before.all && chance(after) === after.all) return "sealed";
  return "";
}

// "1x12,2,1x3": the ids of the contexts, one a step.
export function scheduleOf(graph, steps) {
  const parts = [];
  for (const { context } of steps) {
    const id = graph.contexts[context].id;
    if (parts.at(-1)?.id === id) parts.at(-1).n++;
    else parts.push({ id, n: 1 });
  }
  return parts.map(({ id, n }) => (n === 1 ? `${id}` : `${id}x${n}`)).join(",");
}

export function replayString(graph, steps) {
  return graph.raw.replay_head + scheduleOf(graph, steps);
}
