// SPDX-License-Identifier: MIT
// Where memory is weak: stores that are on their way, and the learner who flushes them; on graphs that
// the explorer prints, and on the lesson's page.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { lanesOf } from "../src/arrivals.js";
import { Graph } from "../src/graph.js";
import { parting } from "../src/parting.js";
import { replayString, Session } from "../src/session.js";
import { here, launch, open } from "./browser.mjs";

const poolrace = (...words) =>
  execFileSync(here("../../../../build/poolrace"), words, { encoding: "utf8", maxBuffer: 1 << 28 });
const graphOf = (variant, memory) =>
  new Graph(
    JSON.parse(
      poolrace(
        ...["explore", "--graph", "--program", "destroy-vs-put-preemptible", "--format", "json"],
        ...["--variant", variant, "--memory", memory],
      ),
    ),
  );
const bare = graphOf("busy-flag", "tso"),
  fenced = graphOf("busy-flag-mb", "tso");
const [destroy, put] = [0, 1];
const sites = (session) => lanesOf(session).map(({ site }) => site);

// The put up to its sync, destroy up to its look at the put's flag.
function atTheLook(graph) {
  const session = new Session(graph);
  session.run(put);
  session.run(destroy);
  return session;
}

test("a store that nobody flushes is not found, and that is the crash", () => {
  const session = atTheLook(bare);
  assert.deepEqual(sites(session), ["put: raise busy"]);
  const next = session.next(destroy);
  assert.deepEqual([next.site, next.value, next.passed.length], ["scrub: read busy", "0", 1]);
  while (bare.distance("crash")[session.state] !== 1) session.step(destroy);
  session.step(put);
  assert.equal(bare.outcome(session.state), "crash");
});

test("a flush changes what can happen at once, and undo takes it back first", () => {
  const session = atTheLook(bare);
  assert.ok(session.view.distance("crash")[session.state] > 0);
  const { at } = session;
  assert.ok(session.flush(lanesOf(session)[0].index));
  assert.deepEqual(sites(session), []);
  assert.equal(session.view.distance("crash")[session.state], -1);
  assert.equal(session.next(destroy).value, "1");
  session.undo();
  assert.equal(session.at, at);
  assert.deepEqual(sites(session), ["put: raise busy"]);
  assert.ok(!session.flush(99), "what is not on its way cannot arrive");
});

test("flushed, destroy finds the flag and waits; the flush is dropped with the way it was on", () => {
  const session = atTheLook(bare);
  session.flush(lanesOf(session)[0].index);
  session.run(destroy);
  assert.match(bare.status(session.state, destroy).why, /spins until/);
  session.jump(3);
  session.step(put);
  assert.deepEqual(sites(session), ["put: raise busy"]);
});

test("behind a barrier a store has arrived, whoever flushes it or not", () => {
  const session = new Session(fenced);
  while (session.last?.site !== "put: raise busy") session.step(put);
  assert.deepEqual(sites(session), ["put: raise busy"]);
  session.step(put);
  assert.deepEqual(sites(session), []);
  assert.equal(fenced.distance("crash")[0], -1);
});

test("what one has found has arrived: in no state does anybody find an older value than before", () => {
  let drawn = 1;
  for (const graph of [bare, fenced])
    for (let round = 0; round < 60; round++) {
      const session = new Session(graph);
      const found = new Map();
      for (;;) {
        const lane = lanesOf(session);
        drawn = (drawn * 48271) % 2147483647;
        if (lane.length && drawn % 5 === 0) session.flush(lane[drawn % lane.length].index);
        if (!session.step(drawn % 2) && !session.step(1 - (drawn % 2))) break;
        for (const store of session.last.passed)
          assert.ok(!found.get(store), "it was found before");
        for (const store of session.arrived) found.set(store, true);
      }
      const told = JSON.parse(
        poolrace("replay", replayString(graph, session.taken), "--format", "json"),
      );
      assert.ok(told, "and what was gone replays");
    }
});

test("the same choices under barriers: destroy finds the flag, and is refused", () => {
  const session = atTheLook(bare);
  while (bare.distance("crash")[session.state] !== 1) session.step(destroy);
  session.step(put);
  const parted = parting(bare, session.taken, fenced, "crash");
  assert.equal(parted.kind, "refused");
  assert.ok(parted.safe);
  assert.match(parted.refusal.why, /spins until/);
  const one = parting(bare, session.taken, graphOf("busy-flag", "sc"), "crash");
  assert.equal(one.kind, "refused");
  const back = parting(graphOf("busy-flag", "sc"), [], bare, "crash");
  assert.equal(back.rows.length, 0);
});

test("a schedule tells ways, and is gone again by them", () => {
  const session = atTheLook(bare);
  session.step(destroy);
  const told = replayString(bare, session.taken).split("schedule=")[1];
  assert.match(told, /,1\/1$/);
  const again = new Session(bare);
  assert.ok(again.goWay(told));
  assert.deepEqual(again.taken, session.taken);
  assert.ok(!again.goWay("1/1"), "which that step does not have");
});

let browser, path;
before(async () => {
  path = join(tmpdir(), `poolrace-weak-${process.pid}.html`);
  poolrace("lesson", "store-on-its-way", "-o", path);
  browser = await launch();
});
after(() => browser?.close());

test("on the page: a lane of its own, a button and a key that flush, and what is said", async () => {
  const { page, trouble, close } = await open(browser, path);
  const stores = (context) => page.locator(`[data-stores="${context}"]`);
  await page.locator('[data-key="guess crash"]').first().click();
  await page.keyboard.press("p");
  for (const key of ["Shift+Digit2", "Shift+Digit1"]) await page.keyboard.press(key);
  assert.match(await stores(put).innerText(), /put: raise busy/);
  assert.match(await page.locator('[data-lane="0"] .late').innerText(), /still on its way/);
  await stores(put).locator("button").click();
  assert.match(await page.locator("#live").innerText(), /arrived.*No order from here crashes/);
  assert.match(await stores(put).innerText(), /nothing/);
  await page.keyboard.press("u");
  await page.keyboard.press("d");
  assert.match(await page.locator(".verdict h2").innerText(), /No order from here crashes/);
  await page.keyboard.press("d");
  assert.match(await page.locator("#live").innerText(), /No store is on its way/);
  await page.keyboard.press("u");
  await page.keyboard.press("1");
  assert.match(
    await page.locator(".story").innerText(),
    /“put: raise busy” of CPU 1 had not arrived/,
  );
  await page.waitForURL(/,1\/1@46$/);
  await page.reload();
  assert.match(await page.locator(".replay").innerText(), /,1\/1$/);
  assert.deepEqual(trouble, []);
  await close();
});

test("where every store arrives at once there is no lane, and D says so", async () => {
  const { page, close } = await open(browser, path);
  await page.locator('[data-key="guess crash"]').first().click();
  await page.keyboard.press("p");
  await page.evaluate(() => poolrace.useVariant(2));
  assert.equal(await page.locator("[data-stores]").count(), 0);
  await page.keyboard.press("d");
  assert.match(await page.locator("#live").innerText(), /every store arrives at once/);
  await close();
});
