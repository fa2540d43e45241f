// SPDX-License-Identifier: MIT
// One learner's way through a graph: the steps taken, and where on them the learner stands.
// Steps beyond that point stay until another step is taken, so that going back loses nothing.
// Which of them the learner chose, and which were only shown, is kept: a task is done by choosing.
import { arrivedAfter, flushedWith } from "./arrivals.js";
import { decides } from "./deciding.js";

export class Session {
  constructor(graph) {
    this.graph = graph;
    this.steps = []; // edges
    this.own = []; // of each whether the learner took it
    this.at = 0;
    this.flushes = []; // {store, at}: the learner had it arrive when standing there
    this.elsewhere = new Set(); // what has arrived where these choices were made
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

  get allOwn() {
    for (let i = 0; i < this.at; i++) if (!this.own[i]) return false;
    return true;
  }

  // Stores that everybody finds from there on, though the model would let some come later.
  arrivedAt(at) {
    const arrived = arrivedAfter(this.graph, this.steps.slice(0, at), this.flushes);
    for (const store of this.elsewhere) arrived.add(store);
    return arrived;
  }
  get arrived() {
    return this.arrivedAt(this.at);
  }
  // The graph as it is from there on.
  viewAt(at) {
    return this.graph.weak ? this.graph.given(this.arrivedAt(at)) : this.graph;
  }
  get view() {
    return this.viewAt(this.at);
  }
  next(context) {
    return this.view.next(this.state, context);
  }
  // A store arrives, and what must come before it; false: it is not on its way.
  flush(store) {
    const stores = flushedWith(this, store);
    if (this.steps.length > this.at) this.steps.length = this.own.length = this.at;
    this.flushes = this.flushes.filter(({ at }) => at <= this.at);
    for (const one of stores) this.flushes.push({ store: one, at: this.at });
    return stores.length > 0;
  }

  // One step of a context; false if it cannot go on.
  step(context) {
    return this.take(this.next(context));
  }
  take(edge) {
    if (!edge) return false;
    if (this.steps[this.at] !== edge) {
      this.steps.length = this.own.length = this.at;
      this.flushes = this.flushes.filter(({ at }) => at <= this.at);
    }
    this.own[this.at] = true;
    this.steps[this.at++] = edge;
    return true;
  }

  // On until just before a step that decides something, the end, or a wait.
  run(context) {
    let moved = false;
    while (!this.graph.ended(this.state) && this.step(context)) {
      moved = true;
      const next = this.next(context);
      if (!next || decides(this.view, next)) break;
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
  // A flush that was made here first, else the last step.
  undo() {
    const kept = this.flushes.filter(({ at }) => at !== this.at);
    if (kept.length < this.flushes.length) this.flushes = kept;
    else this.jump(this.at - 1);
  }
  restart() {
    this.at = 0; // the steps stay, to be gone again
  }
  // What lies ahead becomes these steps; the learner stays.
  plan(steps) {
    this.steps = [...this.taken, ...steps];
    this.own.length = this.at;
    this.flushes = this.flushes.filter(({ at }) => at <= this.at);
  }
  // A context's steps up to and with this one, which it would come to alone.
  runTo(context, edge) {
    while (this.step(context) && this.last !== edge);
  }
  // Where another context went on than the one before: there somebody chose to switch.
  nextSwitch() {
    let at = this.at + 1;
    while (at < this.steps.length && this.steps[at].context === this.steps[at - 1].context) at++;
    this.jump(at);
  }
  // A way as scheduleOf() tells it; false if this graph has no such.
  goWay(text, at) {
    const picks = text.split(",").flatMap((part) => {
      const [, id, mark, k] = /^(\d+)(?:([x/])(\d+))?$/.exec(part) ?? [];
      const times = mark === "x" ? Number(k) : 1;
      const pick = { id: Number(id), way: mark === "/" ? Number(k) : 0 };
      return Array(Math.min(times, 10_000) || 0).fill(pick);
    });
    this.restart();
    this.steps = [];
    this.flushes = [];
    const all = picks.every(({ id, way }) => {
      const context = this.graph.contexts.findIndex((c) => c.id === id);
      return this.take(this.graph.step(this.state, context, way));
    });
    this.own.fill(false);
    this.jump(at ?? this.steps.length);
    return all;
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

// "1x12,2/1,1x3": the ids of the contexts, one a step, and behind / in which of its other ways.
export function scheduleOf(graph, steps) {
  const parts = [];
  for (const { context, way } of steps) {
    const id = graph.contexts[context].id;
    const last = parts.at(-1);
    if (!way && last?.id === id && !last.way) last.n++;
    else parts.push({ id, way, n: 1 });
  }
  return parts
    .map(({ id, way, n }) => (way ? `${id}/${way}` : n === 1 ? `${id}` : `${id}x${n}`))
    .join(",");
}

export function replayString(graph, steps) {
  return graph.raw.replay_head + scheduleOf(graph, steps);
}
