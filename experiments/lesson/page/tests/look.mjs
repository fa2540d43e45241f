// SPDX-License-Identifier: MIT
// For people: pictures of the page in screenshots/, and how long it takes.  Not a test; nothing here
// is asserted.   node tests/look.mjs [RUNS]     (runs of the measured table; default 100)
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { here, launch, open } from "./browser.mjs";

const binary = process.env.POOLRACE_BINARY ?? here("../../../../build/poolrace");
const scratch = mkdtempSync(join(tmpdir(), "poolrace-look-"));
const pictures = here("../screenshots");
mkdirSync(pictures, { recursive: true });
const made = new Map();
function lesson(name) {
  if (!made.has(name)) {
    made.set(name, join(scratch, `${name}.html`));
    execFileSync(
      binary,
      ["lesson", name, "--runs", process.argv[2] ?? "100", "-o", made.get(name)],
      { stdio: "ignore" },
    );
  }
  return made.get(name);
}

const small = { viewport: { width: 1280, height: 720 } },
  large = { viewport: { width: 1920, height: 1080 } };
const sketch = ["p", "2", "2", "2", "2", "1", "e", "2", "e"]; // as the lesson prints them
const views = [
  ["lesson-light-1280", "the-race", { ...small, colorScheme: "light" }, ["l"]],
  ["play-light-1280", "the-race", { ...small, colorScheme: "light" }, sketch.slice(0, -2)],
  ["play-dark-1920", "the-race", { ...large, colorScheme: "dark" }, sketch],
  [
    "play-lanes-light-1920",
    "lost-write",
    { ...large, colorScheme: "light" },
    ["p", "c", "ArrowLeft"],
  ],
  [
    "blocked-dark-1280",
    "grace-period",
    { ...small, colorScheme: "dark" },
    ["p", "v", "2", "2", "2", "2", "2", "2", "1", "e", "1"],
  ],
  ["compare-light-1280", "grace-period", { ...small, colorScheme: "light" }, ["p", "c", "k"]],
  ["compare-dark-1920", "last-one-out", { ...large, colorScheme: "dark" }, ["p", "c", "k"]],
  ["watch-light-1280", "publish-first", { ...small, colorScheme: "light" }, ["w"]],
  ["watch-dark-1920", "the-race", { ...large, colorScheme: "dark" }, ["w"]],
  ["measure-light-1280", "the-race", { ...small, colorScheme: "light" }, ["m"]],
];
const browser = await launch();
for (const [picture, name, options, keys] of views) {
  const { page, trouble, close } = await open(browser, lesson(name), options);
  for (const key of keys) await page.keyboard.press(key);
  await page.screenshot({ path: join(pictures, `${picture}.png`) });
  const clipped = await page.evaluate(() =>
    [...document.querySelectorAll("h2,button,.task,.next .site,.tab,.orders dd")]
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
