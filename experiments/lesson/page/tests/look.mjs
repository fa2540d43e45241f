// SPDX-License-Identifier: MIT
// For people: pictures of the page, and how long it takes.  Not a test; nothing here
// is asserted.   node tests/look.mjs [RUNS]     (runs of the measured table; default 100)
import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { here, launch, open } from "./browser.mjs";

const binary = process.env.POOLRACE_BINARY ?? here("../../../../build/poolrace");
const scratch = mkdtempSync(join(tmpdir(), "poolrace-look-"));
// The tree keeps a few; all of them are in `others`.
const kept = new Set([
  "start-light-1280",
  "lesson-light-390",
  "done-light-1280",
  "play-light-1280",
  "play-dark-1920",
  "play-lanes-light-1280",
  "blocked-dark-1280",
  "compare-light-1280",
  "watch-light-1280",
  "measure-light-1280",
  "paper-lesson",
]);
const pictures = here("../screenshots");
const others = join(tmpdir(), "poolrace-pictures");
for (const folder of [pictures, others]) mkdirSync(folder, { recursive: true });
const made = new Map();
function lesson(name) {
  if (!made.has(name)) {
    made.set(name, join(scratch, `${name}.html`));
    execFileSync(
      binary,
      [
        "lesson",
        ...(name === "course" ? [] : [name]),
        "--runs",
        process.argv[2] ?? "100",
        "-o",
        made.get(name),
      ],
      { stdio: "ignore" },
    );
  }
  return made.get(name);
}

const sizes = {
  390: { width: 390, height: 844 },
  820: { width: 820, height: 1180 },
  1280: { width: 1280, height: 720 },
  1920: { width: 1920, height: 1080 },
};
const of = (size, colorScheme) => ({ viewport: sizes[size], colorScheme });
// Each lesson by what its text marks, up to a key or two before the end.
const race = ["p", "2", "2", "2", "2", "1", "e", "2", "e"];
const lost = ["p", "Shift+Digit1", "2", "e", "3", "e"];
// name, lesson or "course", options, keys; an address (#…) among the keys leads there
const views = [
  ["start-light-1280", "course", of(1280, "light"), []],
  ["teacher-dark-1280", "course", of(1280, "dark"), ["#teacher"]],
  ["glossary-light-820", "course", of(820, "light"), ["#glossary"]],
  ["start-light-390", "course", of(390, "light"), []],
  ["lesson-light-390", "course", of(390, "light"), ["#grace-period/lesson"]],
  ["lesson-light-1280", "course", of(1280, "light"), ["#the-race/lesson"]],
  ["lesson-dark-1920", "course", of(1920, "dark"), ["#page-pool/lesson"]],
  ["done-light-1280", "course", of(1280, "light"), ["#the-race/lesson", ...race, "l"]],
  ["predict-light-1280", "course", of(1280, "light"), ["#the-race/play"]],
  ["play-light-1280", "the-race", of(1280, "light"), race.slice(0, -2)],
  ["play-dark-1920", "the-race", of(1920, "dark"), race],
  ["play-light-390", "the-race", of(390, "light"), race.slice(0, -2)],
  ["play-dark-820", "the-race", of(820, "dark"), race.slice(0, -2)],
  ["play-lanes-light-1280", "lost-write", of(1280, "light"), lost],
  ["play-lanes-light-1920", "lost-write", of(1920, "light"), lost],
  ["play-lanes-dark-390", "lost-write", of(390, "dark"), lost],
  [
    "blocked-dark-1280",
    "grace-period",
    of(1280, "dark"),
    ["p", "v", "2", "2", "2", "2", "2", "2", "2", "1", "e"],
  ],
  ["compare-light-1280", "grace-period", of(1280, "light"), ["p", "c", "k"]],
  ["compare-dark-1920", "last-one-out", of(1920, "dark"), ["p", "c", "k"]],
  ["compare-light-390", "grace-period", of(390, "light"), ["p", "c", "k"]],
  ["watch-light-1280", "publish-first", of(1280, "light"), ["w"]],
  ["watch-lost-light-1280", "lost-write", of(1280, "light"), ["w"]],
  ["watch-dark-1920", "the-race", of(1920, "dark"), ["w"]],
  ["watch-light-820", "page-pool", of(820, "light"), ["w"]],
  ["measure-light-1280", "the-race", of(1280, "light"), ["m"]],
  ["measure-light-390", "the-race", of(390, "light"), ["m"]],
  ["paper-lesson", "course", of(820, "dark"), ["#the-race/lesson", ...race, "l", "print"]],
  ["paper-play", "the-race", of(820, "light"), [...race, "print"]],
  ["paper-teacher", "course", of(820, "light"), ["#teacher", "print"]],
  ["forced-play-1280", "the-race", { ...of(1280, "dark"), forcedColors: "active" }, race],
];
const browser = await launch();
for (const [picture, name, options, keys] of views) {
  const { page, trouble, close } = await open(browser, lesson(name), options);
  for (const key of keys)
    if (key === "print") await page.emulateMedia({ media: "print" });
    else if (key.startsWith("#")) await page.evaluate((there) => course.goTo(there.slice(1)), key);
    else await page.keyboard.press(key);
  await page.waitForTimeout(100);
  const fullPage = options.viewport.width < 900 || keys.includes("print");
  await page.screenshot({ path: join(others, `${picture}.png`), fullPage });
  if (kept.has(picture))
    copyFileSync(join(others, `${picture}.png`), join(pictures, `${picture}.png`));
  const clipped = await page.evaluate(() =>
    [...document.querySelectorAll("h2,button,.task,.next .site,.tab,.choices dd")]
      .filter(
        (n) => n.scrollWidth > n.clientWidth + 1 && getComputedStyle(n).overflow !== "visible",
      )
      .map((n) => n.textContent),
  );
  console.log(picture, ...trouble, ...clipped.map((c) => `clipped: ${c}`));
  await close();
}

for (const name of JSON.parse(
  execFileSync(binary, ["list", "lessons", "--format", "json"], { encoding: "utf8" }),
).lessons.map((l) => l.name)) {
  const { page, close } = await open(browser, lesson(name));
  const opened = await page.evaluate(
    () => performance.getEntriesByType("navigation")[0].loadEventEnd,
  );
  // A way to its end by keys: what a step costs this page's main thread, other processes apart, in
  // CPU time (script, style, layout, paint); the first step also counts the orders.
  const cdp = await page.context().newCDPSession(page);
  await cdp.send("Performance.enable", { timeDomain: "threadTicks" });
  const busy = async () =>
    (await cdp.send("Performance.getMetrics")).metrics.find((m) => m.name === "TaskDuration")
      .value * 1000;
  await page.keyboard.press("p");
  const way = await page.evaluate(() =>
    (
      poolrace.session.graph.wayTo(poolrace.goalOf() ?? "fine", 0) ??
      poolrace.session.graph.wayTo("fine", 0)
    ).map((e) => e.context),
  );
  const step = [];
  for (const context of way) {
    const begin = await busy();
    await page.keyboard.press(String(context + 1));
    step.push((await busy()) - begin);
  }
  step.sort((a, b) => a - b);
  const size = await page.evaluate(() => poolrace.graphs.map((g) => g.size));
  console.log(
    `${name}: ${(statSync(lesson(name)).size / 1000).toFixed(0)} kB, ${size.join(" + ")} states, open ${opened.toFixed(0)} ms, step median ${step[step.length >> 1].toFixed(1)} ms, longest ${step.at(-1).toFixed(1)} ms`,
  );
  await close();
}
await browser.close();
rmSync(scratch, { recursive: true });
