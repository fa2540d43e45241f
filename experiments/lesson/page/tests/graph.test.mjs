// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { test } from "node:test";
import { Graph } from "../src/graph.js";
import { parting } from "../src/parting.js";
import { replayString, Session, turningPoint } from "../src/session.js";
import { Watch } from "../src/watch.js";
import { kindsAhead, raceTo } from "../src/ways.js";
import { toyGraph } from "./toy.mjs";

const unguarded = new Graph(toyGraph("unguarded"));
const guarded = new Graph(toyGraph("guarded"));

function countByWalking(graph, s, sum = { all: 0n }) {
  const outcome = graph.outcome(s);
  if (outcome) {
    sum.all++;
    sum[outcome] = (sum[outcome] ?? 0n) + 1n;
  }
  for (const edge of graph.out(s)) countByWalking(graph, edge.to, sum);
  return sum;
}

test("orders counted by sums over paths are those counted by walking them", () => {
  for (const graph of [unguarded, guarded])
    assert.deepEqual(graph.orders(0), countByWalking(graph, 0));
  assert.equal(unguarded.orders(0).crash, 3n); // put's read anywhere, its sync after the unmap
  assert.equal(guarded.orders(0).crash, undefined);
});

test("the distance to a crash is the graph's own", () => {
  for (const graph of [unguarded, guarded])
    for (let s = 0; s < graph.size; s++)
      assert.equal(graph.distance("crash")[s], graph.raw.states[s].crash);
  assert.equal(unguarded.wayTo("crash", 0).length, 4);
  assert.equal(guarded.wayTo("crash", 0), null);
});

test("undo comes back to an equal state and keeps what lay ahead", () => {
  const session = new Session(unguarded);
  session.plan(unguarded.wayTo("crash", 0));
  session.jump(3);
  const before = unguarded.facts(session.state);
  assert.ok(session.step(1));
  session.undo();
  assert.deepEqual(unguarded.facts(session.state), before);
  assert.equal(session.steps.length, 4);
});

test("the way that shows the race: put stands at its sync when destroy unmaps", () => {
  const sites = raceTo(unguarded, "crash", 0).map((e) => e.site);
  assert.deepEqual(sites, [
    "put: read dma_sync",
    "destroy: drop user_cnt",
    "dma: unmap, clear the PTE",
    "dma: sync for device",
  ]);
  const late = unguarded.next(unguarded.next(0, 0).to, 0).to; // put has not begun, and nobody else is left
  assert.equal(raceTo(unguarded, "crash", late), null);
  assert.equal(raceTo(guarded, "crash", 0), null);
  for (let s = 0; s < unguarded.size; s++) {
    const way = raceTo(unguarded, "crash", s);
    if (way) assert.equal(unguarded.outcome(way.at(-1).to), "crash");
    for (const [i, e] of (way ?? []).entries()) assert.equal(e.from, i ? way[i - 1].to : s);
  }
});

test("kinds ahead are those of the ends that can be reached", () => {
  for (let s = 0; s < unguarded.size; s++)
    assert.deepEqual(
      kindsAhead(unguarded, "crash", s),
      unguarded.distance("crash")[s] < 0 ? [] : ["sync-after-unmap"],
    );
});

test("run stops where the other has a stake", () => {
  const session = new Session(unguarded);
  assert.ok(session.run(0));
  assert.equal(session.last.site, "destroy: drop user_cnt"); // the unmap concerns put
  session.run(1);
  assert.equal(session.last.site, "put: read dma_sync"); // nobody writes it; the sync concerns the unmap
});

test("the other variant refuses the fatal order, and says why", () => {
  const session = new Session(unguarded);
  for (const context of [0, 1, 0, 1]) session.step(context);
  assert.equal(unguarded.outcome(session.state), "crash");
  const refused = parting(unguarded, session.taken, guarded, "crash");
  assert.equal(refused.kind, "refused");
  assert.match(refused.refusal.why, /grace period: put is inside/);
  assert.equal(refused.refusal.mine.site, "dma: unmap, clear the PTE");
  assert.ok(refused.safe);
});

test("or goes another way, and says which value differed", () => {
  const session = new Session(unguarded);
  for (const context of [0, 0, 1, 1]) session.step(context);
  const missing = parting(unguarded, session.taken, guarded, "crash");
  assert.equal(missing.kind, "missing");
  assert.equal(missing.cause.theirs.site, "put: read dma_sync");
  assert.deepEqual([missing.cause.mine.value, missing.cause.theirs.value], ["1", "0"]);
});

test("turning points and the replay string", () => {
  const session = new Session(unguarded);
  for (const context of [0, 1, 0]) session.step(context);
  assert.equal(turningPoint(unguarded, session.last, "crash"), "sealed");
  assert.equal(
    replayString(unguarded, session.taken),
    "poolrace/0.1.0;program=toy;variant=unguarded;iommu=strict;schedule=1,2,1",
  );
});

test("a recorded violation of class none is told as misuse", () => {
  const told = (harm) =>
    new Watch(
      [
        {
          ph: "i",
          ts: 1,
          cat: "violation",
          name: "VIOLATION",
          args: { kind: "double-unmap", class: harm },
        },
      ],
      () => {},
    ).told();
  assert.equal(told("none"), "Misuse: double unmap.");
  assert.equal(told("crash"), "Crash: double unmap.");
});
