// SPDX-License-Identifier: MIT
// The explorer's state graph: every state that some order of steps reaches, and the steps between.
// It has no cycle (a step always moves on), so questions about "every order" are sums over paths.

import { unpack } from "./unpack.js";

export const harmClasses = ["crash", "corruption", "leak", "stall"]; // worst first

export class Graph {
  constructor(data) {
    const raw = unpack(data);
    this.raw = raw;
    this.program = raw.program;
    this.variant = raw.variant;
    this.complete = raw.complete;
    this.contexts = raw.contexts;
    this.columns = raw.facts;
    this.size = raw.states.length;
    this.words = raw.states.map((state) => state.f);
    const column = new Map(raw.contexts.map((c, i) => [c.id, i]));
    // Where memory is weak: what a step can pass over, as if it had not arrived yet.
    this.weak = Boolean(raw.stores);
    this.stores = (raw.stores ?? []).map(([id, site, value], index) => ({
      index,
      context: column.get(id),
      site: raw.sites[site],
      value: String(value),
    }));
    this.edges = raw.edges.map(([from, to, id, site, value, touch, way, passed, made], index) => ({
      index,
      from,
      to,
      context: column.get(id),
      site: raw.sites[site],
      value: raw.returned ? raw.returned[value] : String(value),
      touch: raw.touches[touch],
      way: way ?? 0,
      passed: passed ?? [], // stores
      made: made ?? -1, // a store
    }));
    this.outgoing = Array.from({ length: this.size }, () => []);
    for (const edge of this.edges) this.outgoing[edge.from].push(edge);
    for (const list of this.outgoing) list.sort((a, b) => a.context - b.context);
    this.order = this.topologicalOrder();
    this.varying = this.columns.map((_, k) => this.words.some((w) => w[k] !== this.words[0][k]));
    this.tables = new Map();
  }
  // What was computed once for all states, by name.
  table(name, make) {
    if (!this.tables.has(name)) this.tables.set(name, make());
    return this.tables.get(name);
  }

  out(s) {
    return this.outgoing[s];
  }
  // The step that a context would take now: past all that has not arrived yet, if it can.
  next(s, context) {
    let best;
    for (const e of this.outgoing[s])
      if (e.context === context && (!best || e.passed.length > best.passed.length)) best = e;
    return best;
  }
  // The same graph as it is for whom these stores have arrived: no step passes them over any more.
  given(arrived) {
    if (!arrived.size) return this;
    const left = (e) => !e.passed.some((store) => arrived.has(store));
    return this.table(`given ${[...arrived].sort((a, b) => a - b)}`, () => {
      const view = Object.create(this);
      view.tables = new Map();
      view.edges = this.edges.filter(left);
      view.outgoing = this.outgoing.map((list) => list.filter(left));
      return view;
    });
  }
  // In that way of its: as a schedule tells it.
  step(s, context, way) {
    return this.outgoing[s].find((e) => e.context === context && e.way === way);
  }
  // Stores that were made and that some step ahead may still pass over.
  onWay(s) {
    return this.raw.states[s].on_way ?? [];
  }
  value(s, k) {
    return this.raw.values[this.words[s][k]];
  }
  facts(s) {
    return this.columns.map(({ group, name }, k) => ({ group, name, value: this.value(s, k) }));
  }
  // What a context can do: ready, blocked (and why), done.
  status(s, context) {
    const [kind, wait] = this.raw.states[s].c[context];
    return { kind: ["ready", "blocked", "done"][kind], why: wait < 0 ? "" : this.raw.waits[wait] };
  }
  violations(s) {
    return this.raw.states[s].v.map((i) => this.raw.violations[i]);
  }
  ended(s) {
    return this.raw.states[s].end;
  }
  // How it ended: the worst harm; else "stall" (nobody can go on), "fine", "cut"; "" while it runs.
  outcome(s) {
    const end = this.ended(s);
    if (!end) return this.outgoing[s].length ? "" : "cut";
    const classes = this.violations(s).map((v) => v.class);
    return harmClasses.find((c) => classes.includes(c)) ?? (end === "deadlock" ? "stall" : "fine");
  }

  topologicalOrder() {
    const waiting = new Int32Array(this.size);
    for (const e of this.edges) waiting[e.to]++;
    const order = [];
    for (let s = 0; s < this.size; s++) if (!waiting[s]) order.push(s);
    for (let i = 0; i < order.length; i++)
      for (const e of this.outgoing[order[i]]) if (--waiting[e.to] === 0) order.push(e.to);
    if (order.length !== this.size) throw new Error("the state graph has a cycle");
    return order;
  }

  // The number of orders from a state to its ends: {all, crash, …}, by outcome.
  orders(s) {
    const counts = Object.entries(this.table("orders", () => this.countOrders()));
    return Object.fromEntries(
      counts.map(([outcome, n]) => [outcome, n[s]]).filter(([key, n]) => n > 0n || key === "all"),
    );
  }
  countOrders() {
    const all = new Array(this.size).fill(0n);
    const counts = { all };
    for (let i = this.size - 1; i >= 0; i--) {
      const s = this.order[i];
      const own = this.outcome(s);
      if (own) {
        counts[own] ??= new Array(this.size).fill(0n);
        counts[own][s] = 1n;
      }
    }
    const lists = Object.values(counts).filter((list) => list !== all);
    for (let i = this.size - 1; i >= 0; i--) {
      const s = this.order[i];
      for (const list of lists) {
        for (const e of this.outgoing[s]) list[s] += list[e.to];
        all[s] += list[s];
      }
    }
    return counts;
  }

  // Least number of steps from every state to an end with this outcome; -1: none is reachable.
  distance(outcome) {
    return this.table(`distance ${outcome}`, () => {
      const far = new Int32Array(this.size).fill(-1);
      for (let i = this.size - 1; i >= 0; i--) {
        const s = this.order[i];
        if (this.outcome(s) === outcome) far[s] = 0;
        for (const e of this.outgoing[s])
          if (far[e.to] >= 0 && (far[s] < 0 || far[e.to] + 1 < far[s])) far[s] = far[e.to] + 1;
      }
      return far;
    });
  }
  // The steps of a shortest way there; the present context goes on as long as that costs nothing.
  wayTo(outcome, s) {
    const far = this.distance(outcome);
    if (far[s] < 0) return null;
    const way = [];
    for (let context = -1; far[s] > 0; s = way.at(-1).to) {
      const good = this.outgoing[s].filter((e) => far[e.to] === far[s] - 1);
      way.push(good.find((e) => e.context === context) ?? good[0]);
      context = way.at(-1).context;
    }
    return way;
  }
  // The harm that this graph can show: the worst class that some order ends in.
  worst() {
    return harmClasses.find((c) => this.distance(c)[0] >= 0);
  }

  // What a context would do if it went on alone.
  alone(s, context, most = Infinity) {
    const steps = [];
    for (let e; steps.length < most && (e = this.next(s, context)); s = e.to) steps.push(e);
    return steps;
  }
}
