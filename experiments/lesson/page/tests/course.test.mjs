// SPDX-License-Identifier: MIT
// The course, walked by somebody who does what a lesson's text marks and nothing else: by keys, and by
// clicks on the buttons that show those keys.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { marksOf } from "../src/marks.js";
import { findings } from "./axe.mjs";
import { here, launch, open } from "./browser.mjs";

const binary = process.env.POOLRACE_BINARY ?? here("../../../../build/poolrace");
const scratch = mkdtempSync(join(tmpdir(), "poolrace-course-"));
const path = join(scratch, "course.html");
const names = readdirSync(here("../../texts")).map((file) => file.replace(".md", ""));
let browser, lessons;
before(async () => {
  execFileSync(binary, ["lesson", "--runs", "2", "-o", path], { stdio: "ignore" });
  lessons = JSON.parse(
    /id="lesson-data">(.*?)<\/script>/s.exec(readFileSync(path, "utf8"))[1],
  ).course.map(({ lesson }) => lesson);
  browser = await launch();
});
after(async () => {
  await browser?.close();
  rmSync(scratch, { recursive: true });
});

const done = (page) => page.evaluate(() => poolrace.task.goals.map((goal) => goal.done));
const keyOf = (mark) => (mark.startsWith("⇧") ? `Shift+Digit${mark[1]}` : mark.toLowerCase());
const press = (page, mark) => page.keyboard.press(keyOf(mark));
const click = (page, mark) =>
  page.locator(`button:not(:disabled):has(kbd:text-is("${mark}"))`).first().click();
// What the page itself shows as marked.
const marked = (page) => page.locator(".prose.do .marked kbd").allInnerTexts();
async function guess(page, what) {
  await page.locator(`[data-key="guess ${what}"]`).click();
  assert.equal(await page.locator(".prediction .said").getAttribute("data-predicted"), what);
}

test("the course has every lesson, in order, and is no larger than it may be", () => {
  assert.deepEqual(lessons.map((l) => l.name).sort(), names.sort());
  assert.equal(lessons[0].name, "page-pool");
  assert.ok(statSync(path).size <= 8e6);
});

// The walk: from the start page on, each lesson by what it marks, and on to the next by its link.
async function walk(page, take, onward) {
  for (const lesson of lessons) {
    assert.equal(await page.evaluate(() => poolrace.lesson.name), lesson.name);
    const marks = await marked(page);
    assert.deepEqual(marks, marksOf(lesson.text), lesson.name);
    assert.ok(marks.length > 1, lesson.name);
    assert.equal(await page.locator("#after").count(), 0);
    const wrong = lesson.predict.guesses[0].what;
    await guess(page, wrong);
    for (const mark of marks.slice(0, -1)) await take(page, mark);
    assert.ok(!(await done(page)).every(Boolean), `${lesson.name}: done before its last mark`);
    await take(page, marks.at(-1));
    assert.ok((await done(page)).every(Boolean), `${lesson.name}: its marks do not do its tasks`);
    await page.keyboard.press("l");
    assert.ok(await page.locator("#after").isVisible());
    assert.equal(await page.locator(".guess.right").count(), 1, lesson.name);
    const right =
      (await page.locator(".guess.right").getAttribute("data-key")) === `guess ${wrong}`;
    assert.match(
      await page.locator(".prediction .said").innerText(),
      right ? /expected just that/ : /Something else happened/,
    );
    await onward(page);
  }
  await page.evaluate(() => course.goTo("start"));
  await page.locator("h1", { hasText: "teardown race" }).waitFor();
  assert.equal(await page.locator('.lessons li[data-done="true"]').count(), lessons.length);
}

test("by keys: what the texts mark does every task", async () => {
  const { page, trouble, close } = await open(browser, path);
  await page.keyboard.press("n");
  await walk(page, press, (p) => p.keyboard.press("n"));
  assert.deepEqual(trouble, []);
  await close();
});

test("by clicks: the buttons that show those keys do too", async () => {
  const { page, trouble, close } = await open(browser, path);
  await page.locator('[data-key="begin"]').click();
  await walk(page, click, async (p) => {
    const next = p.locator('[data-key="onward"]');
    if (await next.count()) await next.click();
  });
  assert.deepEqual(trouble, []);
  await close();
});

test("watching does no task: C, S, playing, going back and on, a link", async () => {
  const { page, close } = await open(browser, path);
  for (const { name } of lessons) {
    await page.evaluate((n) => course.goTo(`${n}/play`), name);
    await page.waitForFunction((n) => globalThis.poolrace?.lesson.name === n, name);
    for (const key of ["c", "Space", "k", "r", "s", "v", "p", "v", "c", "Home", "End", "k"])
      await page.keyboard.press(key);
    assert.ok(!(await done(page)).some(Boolean), name);
  }
  // A link to the end of a lesson's way, in a fresh browser.
  const { page: other, close: end } = await open(browser, path);
  await other.evaluate(() => {
    location.hash = "#the-race/play/scan/2x4,1x53,2x3@60";
  });
  await other.locator(".verdict.harm").waitFor();
  assert.deepEqual(await done(other), [false]);
  assert.match(await other.locator(".hint").innerText(), /was shown/);
  await end();
  await close();
});

const place = (page) =>
  page.evaluate(() => [
    poolrace.lesson.name,
    poolrace.tab,
    poolrace.session.graph.variant,
    poolrace.session.at,
    poolrace.session.steps.length,
  ]);
const settled = (page, hash) => page.waitForFunction((h) => location.hash === h, hash);

test("the address says where one stands: reload, Back, a link that was handed out", async () => {
  const { page, trouble, close } = await open(browser, path);
  await page.evaluate(() => course.goTo("the-race/lesson"));
  await page.keyboard.press("p");
  for (const mark of ["2", "2", "1", "v", "2", "2", "2", "1", "ArrowLeft"])
    await page.keyboard.press(mark);
  const hash = "#the-race/play/xarray-fixed/2x3,1@3";
  await settled(page, hash);
  const stood = await place(page);
  await page.reload();
  assert.deepEqual(await place(page), stood);
  assert.equal(await page.evaluate(() => poolrace.session.allOwn), true); // still the learner's own
  await page.keyboard.press("v");
  assert.equal(await page.evaluate(() => poolrace.session.steps.length), 3); // the other way, too
  await page.keyboard.press("v");
  await page.keyboard.press("k");
  await page.goBack();
  assert.deepEqual(await place(page), stood);
  await page.goBack();
  assert.deepEqual(await place(page), ["the-race", "lesson", ...stood.slice(2)]);
  await page.goForward();
  assert.deepEqual(await place(page), stood);
  const { page: other, close: end } = await open(browser, path);
  await other.goto(page.url());
  await other.reload();
  assert.deepEqual(await place(other), stood);
  await other.evaluate(() => {
    location.hash = "#no-such-thing/x/y/1x9@2";
  });
  await other.locator(".lessons").waitFor(); // the start page
  await end();
  assert.deepEqual(trouble, []);
  await close();
});

test("words are explained at their first use, and every step says what it does", async () => {
  const { page, close } = await open(browser, path);
  for (const { name, text } of lessons) {
    await page.evaluate((n) => course.goTo(`${n}/lesson`), name);
    await page.locator("h1", { hasText: lessons.find((l) => l.name === name).title }).waitFor();
    const terms = await page
      .locator(".prose .term")
      .evaluateAll((all) => all.map((t) => t.dataset.term));
    assert.equal(new Set(terms).size, terms.length, name); // once each
    for (const word of ["grace period", "NAPI", "IOMMU", "softirq"])
      if (text.split("# ")[0].includes(word)) assert.ok(terms.includes(word), `${name}: ${word}`);
    await page.keyboard.press("p");
    for (const why of await page.locator(".next .why").allInnerTexts()) assert.ok(why, name);
  }
  await page.evaluate(() => course.goTo("the-race/lesson"));
  const term = page.locator('.term[data-term="cache line"]');
  await term.focus();
  await page.keyboard.press("Enter");
  assert.match(await page.locator("#term").innerText(), /unit in which/);
  await page.keyboard.press("Escape");
  assert.ok(!(await page.locator("#term").isVisible()));
  const untold = await page.evaluate(() =>
    course.shared.flatMap((g) => g.sites).filter((site) => !course.stepTold(site)),
  );
  assert.deepEqual(untold, []);
  await close();
});

test("in a notebook's frame, which has no address, the course works too", async () => {
  const frame = join(scratch, "frame.html");
  const text = readFileSync(path, "utf8").replaceAll("&", "&amp;").replaceAll('"', "&quot;");
  writeFileSync(frame, `<iframe srcdoc="${text}" style="width:100%;height:700px"></iframe>`);
  const { page, close } = await open(browser, frame);
  const inside = page.frameLocator("iframe");
  await inside.locator('[data-key="begin"]').click();
  await inside.locator('[data-key="tab play"]').click();
  await inside.locator('[data-key="step 0"]').click();
  assert.equal(await inside.locator(".caption b").innerText(), "step 1");
  await inside.locator('[data-key="turn 1"]').click();
  await inside.locator("h1", { hasText: lessons[1].title }).waitFor();
  await close();
});

const there = async (page, hash) => {
  await page.evaluate((h) => course.goTo(h), hash);
  const [name, tab] = hash.split("/");
  await page.waitForFunction(
    ([n, t]) => globalThis.poolrace?.lesson.name === n && document.body.dataset.tab === t,
    [name, tab],
  );
};

test("a lane's coming step is a place to run to, by a click and by keys; a run stops where it decides", async () => {
  const { page, close } = await open(browser, path);
  await there(page, "publish-first/play");
  await page.locator('[data-lane="1"] [data-ahead="ring: publish page"] .row').click();
  assert.equal(await page.evaluate(() => poolrace.session.last.site), "ring: publish page");
  await page.locator('[data-lane="1"] [data-ahead] .row').first().focus();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  assert.equal(await page.evaluate(() => poolrace.session.at), 10);
  assert.equal(await page.evaluate(() => poolrace.session.allOwn), true);
  await page.locator('[data-lane="1"] .past .row').last().click();
  await page.locator('[data-lane="1"] .past .row').nth(-2).click();
  assert.equal(await page.evaluate(() => poolrace.session.at), 9);
  await page.keyboard.press("r");
  let runs = 0;
  while (await page.locator('[data-key="run 1"]').isVisible()) {
    await page.keyboard.press("Shift+Digit2");
    runs++;
  }
  assert.ok(runs <= 9, `${runs} runs to its end`);
  await close();
});

test("switches, the slider, playing and its speed", async () => {
  const { page, close } = await open(browser, path, { reducedMotion: "no-preference" });
  await there(page, "the-race/play");
  for (const key of ["2", "2", "1", "1", "2", "Home", "x"]) await page.keyboard.press(key);
  assert.equal(await page.evaluate(() => poolrace.session.at), 2);
  await page.keyboard.press("x");
  assert.equal(await page.evaluate(() => poolrace.session.at), 4);
  await page.locator('[data-key="scrub"]').fill("1");
  assert.equal(await page.evaluate(() => poolrace.session.at), 1);
  await page.locator('[data-key="speed"]').selectOption("4");
  await page.keyboard.press("Space");
  await page.waitForFunction(() => poolrace.session.at === 5 && !poolrace.playing);
  await there(page, "the-race/watch");
  await page.keyboard.press("Home");
  const first = await page.evaluate(() => poolrace.watch.at);
  await page.keyboard.press("Space");
  await page.waitForFunction((at) => poolrace.watch.playing && poolrace.watch.at > at, first);
  await page.keyboard.press("Space");
  assert.equal(await page.evaluate(() => poolrace.watch.playing), false);
  await page.keyboard.press("End");
  assert.match(await page.locator(".verdict h2").innerText(), /Crash/);
  await page.locator('[data-key="scrub"]').fill("0");
  assert.equal(await page.evaluate(() => poolrace.watch.at), first);
  assert.ok(await page.locator('[data-key="do Copy replay"]').isVisible());
  const { right } = await page
    .locator(".replay")
    .boundingBox()
    .then((b) => ({ right: b.x + b.width }));
  assert.ok(right <= 1280);
  await there(page, "page-pool/watch");
  assert.ok((await page.locator('[data-key="follow"] option').count()) <= 14);
  await close();
});

test("the picture moves with each step, and shows what a page contains where a write is lost", async () => {
  const { page, close } = await open(browser, path);
  await there(page, "page-pool/play");
  const shown = await page.locator(".fact dt").allInnerTexts();
  for (const fact of ["mapping", "dma_addr"]) assert.ok(shown.includes(fact), String(shown));
  await there(page, "lost-write/play");
  const where = () => page.locator(".places .here").innerText();
  const about = () => page.locator(".about").innerText();
  assert.match(await where(), /stack\s+page A/);
  for (const key of ["Shift+Digit1", "2", "e"]) await page.keyboard.press(key);
  assert.match(await where(), /card\s+page A/);
  assert.match(await about(), /may write\s*the card/);
  for (const key of ["3", "e"]) await page.keyboard.press(key);
  assert.match(await about(), /memory\s*the packet\s+cache\s*older bytes, dirty/);
  await page.keyboard.press("4");
  assert.match(await about(), /memory\s*old bytes, over the packet/);
  await there(page, "the-race/play");
  for (const key of ["2", "2", "2", "2", "1", "e"]) await page.keyboard.press(key);
  assert.match(await about(), /maps.* → nothing/);
  await there(page, "lost-write/watch");
  const page_ = await page.evaluate(() => poolrace.watch.followed);
  assert.ok(page_.stages.some((s) => s.name === "put")); // of the trip before, which still ran
  await close();
});

test("no headline counts orders; what crashed and what was through do not contradict", async () => {
  const { page, close } = await open(browser, path);
  for (const { name } of lessons) {
    await there(page, `${name}/play`);
    await page.evaluate(() => poolrace.predict(poolrace.prediction.guesses[0].what));
    for (const key of ["1", "2", "k"]) {
      await page.keyboard.press(key);
      const head = await page.locator(".verdict, .totals").allInnerTexts();
      assert.doesNotMatch(head.join(" "), /\d[\d\s×⁰-⁹]* (of .* )?orders/, name);
    }
  }
  await there(page, "the-race/measure");
  assert.match(
    await page.locator(".measure > p").first().innerText(),
    /crash after destroy is through/,
  );
  await close();
});

test("a crash without the race is told to be another, and is not the task", async () => {
  const { page, close } = await open(browser, path);
  await there(page, "the-race/play");
  for (const key of ["1", "e", "2", "e"]) await page.keyboard.press(key);
  assert.match(await page.locator(".verdict h2").innerText(), /Crash/);
  assert.deepEqual(await done(page), [false]);
  assert.match(await page.locator(".hint").innerText(), /read dma_sync.*, then .*unmap/);
  await close();
});

// The quick tests look everywhere in these, which between them have every kind of thing to be seen;
// POOLRACE_LONG=1 (make test-long) looks everywhere in all.
const long = Boolean(process.env.POOLRACE_LONG);
const sample = ["page-pool", "the-race", "lost-write"];

async function lookAtLesson(page, { name, predict }, rules) {
  await there(page, `${name}/play`);
  assert.deepEqual(await findings(page, rules), [], `${name} prediction`);
  await page.evaluate((what) => poolrace.predict(what), predict.guesses[0].what);
  for (const key of ["1", "2", "Shift+Digit2", "k", "p", "c"]) await page.keyboard.press(key);
  await page.evaluate(() => poolrace.showAfter());
  const all = long || sample.includes(name);
  const views = all ? await page.evaluate(() => poolrace.tabs) : ["lesson", "play"];
  for (const view of views) {
    await page.evaluate((v) => poolrace.show(v), view);
    assert.deepEqual(await findings(page, rules), [], `${name} ${view}`);
  }
}
// `rules` as in findings().
async function lookEverywhere(colorScheme, rules) {
  const { page, trouble, close } = await open(browser, path, { colorScheme });
  for (const special of ["start", "glossary", "teacher"]) {
    await page.evaluate((p) => course.goTo(p), special);
    await page.waitForFunction((p) => document.body.dataset.tab === p, special);
    assert.deepEqual(await findings(page, rules), [], special);
  }
  await there(page, "the-race/lesson");
  await page.locator(".term").first().click();
  assert.deepEqual(await findings(page, rules), [], "a word explained");
  await page.keyboard.press("Escape");
  await page.keyboard.press("?");
  assert.deepEqual(await findings(page, rules), [], "help");
  await page.keyboard.press("Escape");
  const some = long || !rules ? lessons : lessons.filter(({ name }) => sample.includes(name));
  for (const lesson of some) await lookAtLesson(page, lesson, rules);
  assert.deepEqual(trouble, []);
  await close();
}

test("axe finds nothing on any view of any lesson, in either theme", () =>
  Promise.all([lookEverywhere("light"), lookEverywhere("dark", long ? null : ["color-contrast"])]));
