// SPDX-License-Identifier: MIT
// Every shipped lesson as build/poolrace makes it, in a browser; what the page says of a state beside
// what `poolrace replay` and `poolrace explore --graph` say of it.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { here, launch, open } from "./browser.mjs";

const binary = process.env.POOLRACE_BINARY ?? here("../../../build/poolrace");
const poolrace = (...words) => execFileSync(binary, words, { encoding: "utf8", maxBuffer: 1 << 30, stdio: ["ignore", "pipe", "ignore"] });
const names = JSON.parse(poolrace("list", "lessons", "--format", "json")).lessons.map((l) => l.name);
const scratch = mkdtempSync(join(tmpdir(), "poolrace-lessons-"));
const pathOf = (name) => join(scratch, `${name}.html`);

let browser;
before(async () => {
  for (const name of names) poolrace("lesson", name, "--runs", "0", "-o", pathOf(name));
  browser = await launch();
});
after(async () => {
  await browser?.close();
  rmSync(scratch, { recursive: true });
});

// Draws that are the same every time (a linear congruential generator will do).
function draws(seed) {
  return (n) => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    return Math.floor((seed / 2 ** 32) * n);
  };
}
const headline = (page) => page.locator(".verdict h2").innerText();
const done = (page) => page.locator(".task").getAttribute("data-done");

test("there are six lessons or more", () => assert.ok(names.length >= 6, String(names)));

for (const name of names) {
  test(`${name}: opens, asks for nothing, every tab shows something`, async () => {
    assert.ok(statSync(pathOf(name)).size <= 2e6);
    const { page, trouble, close } = await open(browser, pathOf(name));
    for (const tab of ["l", "p", "k"]) {
      await page.keyboard.press(tab);
      assert.ok((await page.locator("main").innerText()).length > 100);
    }
    assert.deepEqual(trouble, []);
    await close();
  });

  test(`${name}: its task can be done, and is not done before`, async () => {
    const { page, close } = await open(browser, pathOf(name));
    await page.keyboard.press("p");
    assert.equal(await done(page), "false");
    assert.ok(await page.evaluate(() => poolrace.task.possible));
    const { kind, variant } = await page.evaluate(() => ({ kind: poolrace.task.kind, variant: poolrace.task.variant }));
    await page.locator(".variant", { hasText: new RegExp(`^${variant}$`) }).click();
    if (kind === "reach" || kind === "refuse") await page.keyboard.press("s");
    if (kind === "refuse") await page.keyboard.press("k");
    if (kind === "absent") await page.keyboard.press("a");
    if (kind === "finish") {
      const way = await page.evaluate(() => poolrace.session.graph.wayTo("fine", 0).map((e) => e.context));
      for (const context of way) await page.keyboard.press(String(context + 1));
    }
    assert.equal(await done(page), "true", `task ${kind}`);
    await close();
  });

  test(`${name}: each state's answer is the explorer's, and its words are those that replay prints`, async () => {
    const { page, close } = await open(browser, pathOf(name));
    const variants = await page.evaluate(() => poolrace.graphs.map((g) => g.variant));
    const draw = draws(1);
    for (let v = 0; v < variants.length; v++) {
      const task = await page.evaluate((i) => ({ program: poolrace.graphs[i].program, config: poolrace.graphs[i].raw.config }), v);
      const settings = Object.entries(task.config).flatMap(([k, value]) => ["--set", `${k}=${value}`]);
      const graph = JSON.parse(poolrace("explore", "--graph", "--program", task.program, "--variant", variants[v], ...settings, "--format", "json"));
      const shown = await page.evaluate((i) => {
        const g = poolrace.graphs[i];
        return { crash: [...g.distance("crash")], facts: g.raw.states.map((s) => s.f), edges: g.raw.edges.map((e) => e.slice(0, 4)) };
      }, v);
      assert.deepEqual(shown.crash, graph.states.map((s) => s.crash));
      assert.deepEqual(shown.facts, graph.states.map((s) => s.f));
      assert.deepEqual(shown.edges, graph.edges.map((e) => e.slice(0, 4)));
      await page.evaluate((i) => poolrace.useVariant(i), v);
      await walk(page, draw, v === 0 ? 1 : 9); // each prefix of the first variant's way
    }
    await close();
  });
}

// One random way to its end: after every so manyth key, what is shown is what replay says of the prefix.
async function walk(page, draw, every) {
  await page.keyboard.press("p");
  await page.keyboard.press("r");
  if (!(await page.evaluate(() => Boolean(poolrace.allFacts)))) await page.keyboard.press("f");
  let context = 0, taken = 0;
  for (;;) {
    const ready = await page.locator('[data-key^="step "]').evaluateAll((b) => b.map((x) => Number(x.dataset.key.slice(5))));
    if (!ready.length) break;
    if (!ready.includes(context) || draw(4) === 0) context = ready[draw(ready.length)]; // in runs, as CPUs go
    await page.keyboard.press(String(context + 1));
    if (taken++ % every) continue;
    const told = JSON.parse(poolrace("replay", await page.locator(".replay").innerText(), "--format", "json"));
    const shown = await page.evaluate(() => ({
      facts: [...document.querySelectorAll(".group")].flatMap((g) => [...g.querySelectorAll(".fact")].map((f) => [g.dataset.group, f.querySelector("dt").textContent, f.querySelector("dd span").textContent])),
      site: poolrace.session.last.site, outcome: poolrace.session.graph.ended(poolrace.session.state),
      kinds: poolrace.session.graph.violations(poolrace.session.state).map((x) => x.kind),
    }));
    const sorted = (list) => list.map((x) => x.join("\u0001")).sort();
    assert.deepEqual(sorted(shown.facts), sorted(told.state.map((f) => [f.group, f.name, f.value])));
    if (told.steps.at(-1).site) assert.equal(shown.site, told.steps.at(-1).site); // a step cut short has none
    assert.equal(shown.outcome, told.end);
    assert.deepEqual(shown.kinds.sort(), told.violations.map((x) => x.kind).sort());
  }
  assert.ok(await page.evaluate(() => poolrace.session.graph.ended(poolrace.session.state) !== ""));
}

test("the-race: the fatal order by clicks, in the order of the two-column sketch; undone again", async () => {
  const { page, close } = await open(browser, pathOf("the-race"));
  await page.locator('[data-key="tab play"]').click();
  const text = () => page.locator(".groups").innerText();
  const start = await text();
  const past = (lane) => page.locator(`[data-lane="${lane}"] .past li`).allInnerTexts();
  while (!(await past(1)).some((s) => s.startsWith("put: read dma_sync"))) await page.locator('[data-key="step 1"]').click();
  while (await page.locator('[data-key="run 0"]').isVisible()) await page.locator('[data-key="run 0"]').click();
  while (await page.locator('[data-key="step 1"]').isVisible()) await page.locator('[data-key="step 1"]').click();
  assert.match(await headline(page), /✕ *Crash\. *Sync after unmap by put/);
  while (await page.locator('[data-key="do Undo"]').isEnabled()) await page.keyboard.press("u");
  assert.equal(await text(), start);
  await close();
});

test("the-race: under the merged fix the same choices are refused, and the page says why", async () => {
  const { page, close } = await open(browser, pathOf("the-race"));
  await page.keyboard.press("p");
  await page.keyboard.press("v");
  while (!(await page.evaluate(() => poolrace.session.taken.some((e) => e.context === 1 && e.site.includes("rcu_read_lock"))))) await page.keyboard.press("2");
  while (await page.locator('[data-key="step 0"]').isVisible()) await page.keyboard.press("1");
  await page.keyboard.press("1");
  assert.match(await page.locator(".story").innerText(), /destroy is blocked: it waits for .*grace period.*put/);
  assert.match(await headline(page), /No order from here crashes/);
  await close();
});

test("publish-first: the recorded run stands at what broke; steps, zoom and one page followed", async () => {
  const { page, trouble, close } = await open(browser, pathOf("publish-first"));
  await page.keyboard.press("w");
  assert.match(await headline(page), /✕ *Crash: sync after unmap/);
  const broken = await page.evaluate(() => poolrace.watch.step.args);
  assert.ok((await page.locator(".danger").count()) >= 1); // the page was unmapped, and still away
  await page.keyboard.press("ArrowLeft");
  assert.match(await page.locator(".story").innerText(), /before the violation/);
  await page.keyboard.press("ArrowRight");
  assert.match(await headline(page), /Crash/);
  const span = () => page.evaluate(() => poolrace.watch.to - poolrace.watch.from);
  const before = await span();
  await page.keyboard.press("+");
  assert.ok((await span()) < before);
  await page.keyboard.press("0");
  assert.ok((await span()) >= await page.evaluate(() => poolrace.watch.recording.end - poolrace.watch.recording.begin));
  await page.locator(".label.page", { hasText: new RegExp(`^page ${broken.page}$`) }).click();
  await page.keyboard.press("ArrowLeft");
  const { step, followed } = await page.evaluate(() => ({ step: poolrace.watch.step, followed: poolrace.watch.followed }));
  assert.equal(followed.name, `page ${broken.page}`);
  assert.ok(step.at >= followed.from && step.at <= followed.to);
  assert.equal(await page.locator(".replay").innerText(), broken.replay);
  assert.deepEqual(trouble, []);
  await close();
});

test("the-race: the measured table has a row a variant and load, with its interval", async () => {
  const path = join(scratch, "measured.html");
  poolrace("lesson", "the-race", "--runs", "3", "-o", path);
  const { page, close } = await open(browser, path);
  await page.keyboard.press("m");
  const rows = await page.locator(".measure tbody tr").allInnerTexts();
  assert.equal(rows.length, 6);
  for (const row of rows) assert.match(row, /Mpps[^]*of 3[^]*95\s%: [^]*ns/);
  await close();
});

test("a wrong name is one clear line with the nearest name", () => {
  const fails = (...words) => {
    try {
      execFileSync(binary, ["lesson", ...words], { encoding: "utf8", stdio: "pipe" });
    } catch (error) {
      assert.equal(error.status, 2);
      assert.equal(error.stderr.trim().split("\n").length, 1);
      return error.stderr;
    }
    return assert.fail("it went well");
  };
  const out = join(scratch, "x.html");
  assert.match(fails("the-rase", "-o", out), /unknown lesson 'the-rase' \(nearest: the-race\)/);
  assert.match(fails("--program", "destroy-vs-putt-softirq", "-o", out), /nearest: destroy-vs-put-softirq/);
  assert.match(fails("--program", "destroy-vs-put-softirq", "--variant", "scam", "-o", out), /nearest: scan/);
  assert.match(fails("the-race", "--states", "10", "-o", out), /more than 10 states/);
  assert.match(fails("the-race", "-o", scratch), /directory/);
  assert.match(fails("the-race"), /-o FILE/);
});

test("the template alone is small", () => assert.ok(readFileSync(here("../page.html")).length <= 300_000));
