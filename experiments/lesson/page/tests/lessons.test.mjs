// SPDX-License-Identifier: MIT
// Every shipped lesson as build/poolrace makes it, in a browser; what the page says of a state beside
// what `poolrace replay` and `poolrace explore --graph` say of it.
import assert from "node:assert/strict";
import { execFile, execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import { Graph, harmClasses } from "../src/graph.js";
import { parting } from "../src/parting.js";
import { scheduleOf } from "../src/session.js";
import { here, launch, open } from "./browser.mjs";

const binary = process.env.POOLRACE_BINARY ?? here("../../../../build/poolrace");
const poolrace = (...words) =>
  execFileSync(binary, words, {
    encoding: "utf8",
    maxBuffer: 1 << 30,
    stdio: ["ignore", "pipe", "ignore"],
  });
const names = JSON.parse(poolrace("list", "lessons", "--format", "json")).lessons.map(
  (l) => l.name,
);
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

  test(`${name}: its tasks can be done, and none is done before`, async () => {
    const { page, close } = await open(browser, pathOf(name));
    await page.keyboard.press("p");
    assert.equal(await page.locator(".tasks").getAttribute("data-done"), "false");
    assert.ok(await page.evaluate(() => poolrace.task.possible));
    await close();
  });

  test(`${name}: each state's answer is the explorer's, and its words are those that replay prints`, async () => {
    const { page, close } = await open(browser, pathOf(name));
    const variants = await page.evaluate(() => poolrace.graphs.map((g) => g.variant));
    const draw = draws(1);
    for (let v = 0; v < variants.length; v++) {
      const task = await page.evaluate(
        (i) => ({ program: poolrace.graphs[i].program, config: poolrace.graphs[i].raw.config }),
        v,
      );
      const settings = Object.entries(task.config).flatMap(([k, value]) => [
        "--set",
        `${k}=${value}`,
      ]);
      const graph = JSON.parse(
        poolrace(
          "explore",
          "--graph",
          "--program",
          task.program,
          "--variant",
          variants[v].split("@")[0], // under another memory, which its settings say
          ...settings,
          "--format",
          "json",
        ),
      );
      const shown = await page.evaluate((i) => {
        const g = poolrace.graphs[i];
        return {
          crash: [...g.distance("crash")],
          facts: g.raw.states.map((s) => s.f),
          edges: g.raw.edges.map((e) => e.slice(0, 4)),
        };
      }, v);
      assert.deepEqual(
        shown.crash,
        graph.states.map((s) => s.crash),
      );
      assert.deepEqual(
        shown.facts,
        graph.states.map((s) => s.f),
      );
      assert.deepEqual(
        shown.edges,
        graph.edges.map((e) => e.slice(0, 4)),
      );
      await page.evaluate((i) => poolrace.useVariant(i), v);
      await walk(page, draw, v === 0 ? 4 : 9);
    }
    await close();
  });
}

// Where the page stands, as it is shown.
const shownState = (page) =>
  page.evaluate(() => ({
    string: document.querySelector(".replay").textContent,
    facts: [...document.querySelectorAll(".group")].flatMap((g) =>
      [...g.querySelectorAll(".fact")].map((f) => [
        g.dataset.group,
        f.querySelector("dt").textContent,
        f.querySelector("dd span").textContent,
      ]),
    ),
    ready: [...document.querySelectorAll('[data-key^="step "]')].map((x) =>
      Number(x.dataset.key.slice(5)),
    ),
    site: poolrace.session.last?.site,
    outcome: poolrace.session.graph.ended(poolrace.session.state),
    kinds: poolrace.session.graph.violations(poolrace.session.state).map((x) => x.kind),
  }));
// Is it what `poolrace replay` says of these choices?
async function agrees({ string, facts, site, outcome, kinds }) {
  const told = JSON.parse(
    (await promisify(execFile)(binary, ["replay", string, "--format", "json"])).stdout,
  );
  const sorted = (list) => list.map((x) => x.join("\u0001")).sort();
  assert.deepEqual(
    sorted(facts),
    sorted(told.state.map((f) => [f.group, f.name, f.value])),
    string,
  );
  assert.equal(site, told.steps.at(-1).site, string);
  assert.equal(outcome, told.end, string);
  assert.deepEqual(kinds.sort(), told.violations.map((x) => x.kind).sort(), string);
}

async function begin(page) {
  await page.keyboard.press("p");
  await page.keyboard.press("r");
  if (!(await page.evaluate(() => Boolean(poolrace.allFacts)))) await page.keyboard.press("f");
}

const graphsIn = (path) =>
  JSON.parse(/id="lesson-data">(.*?)<\/script>/s.exec(readFileSync(path, "utf8"))[1]).graphs.map(
    (raw) => new Graph(raw),
  );

// A random way to an end, in runs; towards this outcome where that is possible.
function randomWay(graph, draw, outcome) {
  const far = graph.distance(outcome),
    way = [];
  for (let s = 0, context = -1; graph.out(s).length; s = way.at(-1).to) {
    const out = graph.out(s),
      good = far[s] > 0 ? out.filter((e) => far[e.to] >= 0) : out;
    const on = good.find((e) => e.context === context);
    way.push(on && draw(6) ? on : good[draw(good.length)]);
    context = way.at(-1).context;
  }
  return way;
}
// Is what Compare says of two graphs so?
function checkParting(mine, there, way, goal) {
  const parted = parting(mine, way, there, goal);
  const said = `${mine.program} ${mine.variant} ${there.variant} ${scheduleOf(mine, way)}: ${parted.kind}`;
  const theirs = there.outcome(parted.other.state),
    fatal = way.at(-1);
  const context = there.contexts.findIndex((c) => c.name === mine.contexts[fatal.context].name);
  const took = parted.other.taken.some((e) => e.context === context && e.site === fatal.site);
  assert.equal(parted.kind === "fatal", theirs === goal, said);
  assert.equal(parted.kind === "broken", theirs !== goal && harmClasses.includes(theirs), said);
  if (parted.kind === "harmless")
    assert.ok(parted.rows.findLast((r) => r.mine).theirs?.site === fatal.site, said);
  if (parted.kind === "earlier") assert.ok(took, said);
  if (parted.kind === "refused")
    assert.equal(
      there.status(
        parted.other.state,
        there.contexts.findIndex((c) => c.name === mine.contexts[parted.refusal.mine.context].name),
      ).kind,
      "blocked",
      said,
    );
  if (parted.decider) {
    const { theirs: step, otherwise } = parted.decider;
    const alike = there.edges.filter((e) => e.context === step.context && e.site === step.site);
    const comes = (edges) => {
      // the fatal step, after any of these
      const seen = new Set(edges.map((e) => e.to));
      for (const s of seen) for (const e of there.out(s)) seen.add(e.to);
      return [...seen].some((s) => there.next(s, context)?.site === fatal.site);
    };
    assert.ok(!comes(alike.filter((e) => e.value === step.value)), said);
    assert.ok(comes(alike.filter((e) => e.value === otherwise)), said);
  }
  if (parted.cause)
    assert.ok(
      parted.cause.mine.site === parted.cause.theirs.site &&
        parted.cause.mine.value !== parted.cause.theirs.value,
      said,
    );
  assert.ok(parted.row >= 0 && parted.row < parted.rows.length, said);
  return parted.kind;
}

test("what Compare says of random ways is so, in all lessons and where variants differ in their contexts", () => {
  const pairs = names.map((name) => graphsIn(pathOf(name)));
  for (const [program, variants] of [
    ["remove-vs-put-preemptible", "stall,xarray-fixed"],
    ["destroy-vs-late-vs-worker", "baseline-ringfix,scan"],
    ["destroy-vs-put-frag", "blocks-v11,skip"],
    ["destroy-vs-late", "scan,blocks-v11"],
  ]) {
    const path = join(scratch, "pair.html");
    poolrace("lesson", program, "--variant", variants, "--runs", "0", "-o", path);
    pairs.push(graphsIn(path));
  }
  const draw = draws(7),
    kinds = new Map();
  for (const [a, b] of pairs)
    for (const [mine, there] of [
      [a, b],
      [b, a],
    ])
      for (const goal of harmClasses)
        for (let n = 0; n < 12; n++) {
          const kind = checkParting(mine, there, randomWay(mine, draw, goal), goal);
          kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
        }
  for (const kind of ["fatal", "broken", "refused", "harmless", "earlier", "missing"])
    assert.ok(kinds.get(kind) > 0, `${kind}: ${[...kinds]}`);
});

// One random way to its end, looked at after every so manyth key.
async function walk(page, draw, every) {
  await begin(page);
  let context = 0,
    taken = 0;
  for (let shown = await shownState(page); shown.ready.length; taken++) {
    if (!shown.ready.includes(context) || draw(4) === 0)
      context = shown.ready[draw(shown.ready.length)]; // in runs, as CPUs go
    await page.keyboard.press(String(context + 1));
    shown = await shownState(page);
    if (taken % every === 0) await agrees(shown);
  }
  assert.ok(await page.evaluate(() => poolrace.session.graph.ended(poolrace.session.state) !== ""));
}

test("the-race: on all ways with at most one switch, after each key, the page shows what replay tells", async () => {
  const { page, close } = await open(browser, pathOf("the-race"));
  const seen = new Map(); // by replay string
  const alone = async (context, most) => {
    // on for so many steps, or as far as it gets
    let shown = await shownState(page);
    for (let n = 0; n < most && shown.ready.includes(context); n++) {
      await page.keyboard.press(String(context + 1));
      shown = await shownState(page);
      seen.set(shown.string, shown);
    }
  };
  for (const first of [0, 1]) {
    await begin(page);
    for (let at = 0; ; at++) {
      await alone(1 - first, Infinity);
      await page.evaluate((n) => poolrace.jump(n), at); // the steps so far are those of `first`
      await alone(first, 1);
      if ((await page.evaluate(() => poolrace.session.at)) === at) break; // it can go no further
    }
  }
  await close();
  assert.ok(seen.size > 600, String(seen.size));
  const left = [...seen.values()];
  await Promise.all(
    Array.from({ length: availableParallelism() }, async () => {
      for (let next; (next = left.pop()); ) await agrees(next);
    }),
  );
});

test("the-race: the fatal order by clicks, in the order of the two-column sketch; undone again", async () => {
  const { page, close } = await open(browser, pathOf("the-race"));
  await page.locator('[data-key="tab play"]').click();
  const text = () => page.locator(".groups").innerText();
  const start = await text();
  const past = (lane) => page.locator(`[data-lane="${lane}"] .past li`).allInnerTexts();
  while (!(await past(1)).some((s) => s.startsWith("put: read dma_sync")))
    await page.locator('[data-key="step 1"]').click();
  while (await page.locator('[data-key="run 0"]').isVisible())
    await page.locator('[data-key="run 0"]').click();
  while (await page.locator('[data-key="step 1"]').isVisible())
    await page.locator('[data-key="step 1"]').click();
  assert.match(await headline(page), /✕ *Crash\. *Sync after unmap by put/);
  while (await page.locator('[data-key="do Undo"]').isEnabled()) await page.keyboard.press("u");
  assert.equal(await text(), start);
  await close();
});

test("the-race: the keys that its text marks are the race; C shows it too, S the shortest", async () => {
  const { page, close } = await open(browser, pathOf("the-race"));
  const marks = await page.locator(".prose.do .marked kbd").allInnerTexts();
  assert.equal(marks.length, 9);
  for (const key of marks) await page.keyboard.press(key.toLowerCase());
  assert.match(await headline(page), /✕ *Crash\. *Sync after unmap by put/);
  const order = () =>
    page.evaluate(() => {
      const { taken, graph } = poolrace.session;
      const at = (site) => taken.findIndex((e) => e.site === site);
      return {
        read: at("put: read dma_sync"),
        unmap: at("dma: unmap, clear the PTE"),
        outcome: graph.outcome(poolrace.session.state),
        steps: taken.length,
      };
    });
  const races = ({ read, unmap, outcome }) => read >= 0 && read < unmap && outcome === "crash";
  assert.ok(races(await order()));
  await page.keyboard.press("r");
  await page.keyboard.press("c");
  const shown = await order();
  assert.ok(races(shown));
  await page.keyboard.press("s");
  assert.ok((await order()).steps <= shown.steps);
  assert.equal(
    (await order()).steps,
    await page.evaluate(() => poolrace.session.graph.distance("crash")[0]),
  );
  await close();
});

test("the-race: under the merged fix the same choices are refused, and the page says why", async () => {
  const { page, close } = await open(browser, pathOf("the-race"));
  await page.keyboard.press("p");
  await page.keyboard.press("v");
  while (
    !(await page.evaluate(() =>
      poolrace.session.taken.some((e) => e.context === 1 && e.site.includes("rcu_read_lock")),
    ))
  )
    await page.keyboard.press("2");
  while (await page.locator('[data-key="step 0"]').isVisible()) await page.keyboard.press("1");
  await page.keyboard.press("1");
  assert.match(await page.locator(".story").innerText(), /destroy is blocked: .*grace period.*put/);
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
  // It follows the page that broke: the way back goes over its own steps.
  const { step, followed } = await page.evaluate(() => ({
    step: poolrace.watch.step,
    followed: poolrace.watch.followed,
  }));
  assert.equal(followed.name, `page ${broken.page}`);
  assert.ok(step.at >= followed.from && step.at <= followed.to);
  assert.equal(await page.locator(".replay").innerText(), broken.replay);
  await page.locator(".label.page", { hasText: new RegExp(`^page ${broken.page}$`) }).click();
  assert.equal(await page.evaluate(() => poolrace.watch.followed), null);
  assert.deepEqual(trouble, []);
  await close();
});

test("page-pool: what it is about is in sight, and few enough pages to choose from", async () => {
  const { page, close } = await open(browser, pathOf("page-pool"));
  await page.keyboard.press("p");
  const folded = await page.locator("main").innerText();
  for (const name of await page.evaluate(() => poolrace.lesson.show))
    assert.match(folded, new RegExp(`\\b${name}\\b`));
  await page.keyboard.press("f");
  assert.ok((await page.locator("main").innerText()).length > folded.length); // the rest was folded
  await page.keyboard.press("w");
  const choices = await page.locator('[data-key="follow"] option').count();
  assert.ok(choices > 1 && choices <= 40, String(choices));
  await close();
});

test("the timeline: keys and the wheel zoom, dragging moves it", async () => {
  const { page, trouble, close } = await open(browser, pathOf("the-race"));
  await page.keyboard.press("w");
  const view = () =>
    page.evaluate(() => ({
      from: poolrace.watch.from,
      span: poolrace.watch.to - poolrace.watch.from,
      all: poolrace.watch.recording.end - poolrace.watch.recording.begin,
    }));
  const before = await view();
  await page.keyboard.press("+");
  assert.ok((await view()).span < before.span);
  await page.keyboard.press("0");
  assert.ok((await view()).span >= before.all);
  const box = await page.locator(".lines").boundingBox();
  const middle = [box.x + 0.6 * box.width, box.y + 8]; // on the axis, which stays where it is
  await page.mouse.move(...middle);
  const whole = await view();
  await page.mouse.wheel(0, -100);
  await page.waitForFunction((span) => poolrace.watch.to - poolrace.watch.from < span, whole.span); // the wheel zooms in, in its time
  const near = await view();
  await page.mouse.down();
  await page.mouse.move(middle[0] - 60, middle[1], { steps: 3 });
  await page.mouse.up();
  const moved = await view();
  assert.ok(moved.from > near.from, "what was to the right comes in");
  assert.ok(Math.abs(moved.span - near.span) < 1e-6 * near.span);
  await page.mouse.move(middle[0] + 60, middle[1]);
  assert.deepEqual(await view(), moved); // let go
  assert.deepEqual(trouble, []);
  await close();
});

test("a run without harm: one page is followed once round", async () => {
  const { page, trouble, close } = await open(browser, pathOf("page-pool"));
  await page.keyboard.press("w");
  const stages = await page.evaluate(() => poolrace.watch.followed.stages.map((s) => s.name));
  for (const stage of ["posted", "stack", "put"]) assert.ok(stages.includes(stage), String(stages));
  assert.deepEqual(trouble, []);
  await close();
});

test("a schedule opens Play where it ends; a run that broke opens Watch", async () => {
  const { verdicts } = JSON.parse(
    poolrace(
      "explore",
      "--variant",
      "scan",
      "--program",
      "destroy-vs-put-preemptible",
      "--set",
      "iommu=strict",
      "--set",
      "preempt=full",
      "--set",
      "ram_at_zero=false",
      "--format",
      "json",
    ),
  );
  const { schedule } = verdicts[0].kinds["sync-after-unmap"];
  poolrace("lesson", schedule, "--runs", "0", "-o", join(scratch, "schedule.html"));
  const first = await open(browser, join(scratch, "schedule.html"));
  await first.page.keyboard.press("p");
  assert.match(await headline(first.page), /✕ *Crash\. *Sync after unmap/);
  assert.equal(await first.page.locator(".replay").innerText(), schedule);
  await first.close();
  const { replay } = await brokenIn("the-race");
  poolrace("lesson", replay, "--runs", "0", "-o", join(scratch, "run.html"));
  const second = await open(browser, join(scratch, "run.html"));
  await second.page.keyboard.press("w");
  assert.equal(await second.page.locator(".replay").innerText(), replay);
  assert.deepEqual(second.trouble, []);
  await second.close();
});
async function brokenIn(name) {
  const { page, close } = await open(browser, pathOf(name));
  const args = await page.evaluate(() => poolrace.watch.recording.violation.args);
  await close();
  return args;
}

test("the-race: the measured table has a row a variant and load, with its interval", async () => {
  const path = join(scratch, "measured.html");
  poolrace("lesson", "the-race", "--runs", "3", "-o", path);
  const { page, close } = await open(browser, path);
  await page.keyboard.press("m");
  const rows = await page.locator(".measure tbody tr").allInnerTexts();
  assert.equal(rows.length, 6);
  for (const row of rows) assert.match(row, /Mpps[\s\S]*of 3[\s\S]*95\s%: [\s\S]*ns/);
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
  assert.match(
    fails("the-rase", "-o", out),
    /unknown lesson or program 'the-rase' \(nearest: the-race\)/,
  );
  assert.match(
    fails("--program", "destroy-vs-putt-softirq", "-o", out),
    /nearest: destroy-vs-put-softirq/,
  );
  assert.match(
    fails("--program", "destroy-vs-put-softirq", "--variant", "scam", "-o", out),
    /nearest: scan/,
  );
  assert.match(fails("the-race", "--states", "10", "-o", out), /more than 10 states/);
  assert.match(fails("the-race", "-o", scratch), /directory/);
  assert.match(fails("the-race"), /-o FILE/);
  const mine = poolrace("--version").split(" ")[1];
  assert.match(
    fails(`poolrace/${mine};scenario=seed-race;variant=xarray-fixed;seed=1;run=0`, "-o", out),
    /nothing broke in that run/,
  );
  assert.match(fails("the-race", "--variant", "scan", "-o", out), /says its variants/);
  assert.ok(!existsSync(out));
});

test("the template alone is small", () =>
  assert.ok(readFileSync(here("../page.html")).length <= 300_000));

// A pool of C that is compiled when it is named: its own lines stand beside each context.
test("a tree's lesson shows the tree's own lines", async () => {
  const fixture = here("../../../../pool/linux/fixture");
  const lines = readFileSync(join(fixture, "net/core/page_pool.c"), "utf8").split("\n");
  poolrace(
    "lesson",
    "destroy-vs-put-softirq",
    "--variant",
    `linux:${fixture},xarray-fixed`,
    "-o",
    pathOf("tree"),
  ); // prettier-ignore
  const { page, trouble, close } = await open(browser, pathOf("tree"));
  await page.keyboard.press("p");
  let seen = 0;
  for (let i = 0; i < 12; i++) {
    await page.keyboard.press("1");
    const here = page.locator('[data-lane="0"] .source .here');
    if ((await here.count()) === 0) continue;
    const label = await page.locator('[data-lane="0"] .source').getAttribute("aria-label");
    const [, file, number] = /^(\S+), line (\d+)$/.exec(label);
    if (file !== "page_pool.c") continue;
    const [, shown, text] = /^ *(\d+) {2}(.*)\n?$/.exec(await here.textContent());
    assert.equal(shown, number);
    assert.equal(text, lines[Number(number) - 1]);
    seen++;
  }
  assert.ok(seen > 5, `${seen} steps with their line`);
  assert.match(await page.locator(".whose").innerText(), /linux:.*fixture#/);
  await page.keyboard.press("v"); // the other variant has no lines
  assert.equal(await page.locator(".source").count(), 0);
  assert.deepEqual(trouble, []);
  await close();
});
