// SPDX-License-Identifier: MIT
// A scripted learner on the toy's page: by clicks, by keys, through every tab.
import assert from "node:assert/strict";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { launch, open, writePage } from "./browser.mjs";
import { toyGraph } from "./toy.mjs";

const lesson = {
  name: "toy",
  title: "The toy race",
  text: "A *toy* with `code` and </script> in it.\n\n- one\n- two",
  task: {
    kind: "reach",
    harm: "crash",
    variant: "unguarded",
    slack: 0,
    say: "Reach the crash in at most {N}.",
  },
};
let browser, path;
before(async () => {
  browser = await launch();
  path = writePage(join(tmpdir(), `poolrace-toy-${process.pid}.html`), {
    lesson,
    graphs: [toyGraph("unguarded"), toyGraph("guarded")],
  });
});
after(() => browser?.close());

const click = (page, label) => page.locator(`[data-key="${label}"]`).click();
const headline = (page) => page.locator(".verdict h2").innerText();
const shared = (page) =>
  page
    .locator(".groups .fact")
    .evaluateAll((facts) =>
      facts.map((f) => [f.querySelector("dt").textContent, f.querySelector("dd span").textContent]),
    );

test("the crash by clicks, in the order of the two-column sketch", async () => {
  const { page, trouble, close } = await open(browser, path);
  await click(page, "tab play");
  for (const context of [0, 1, 0]) await click(page, `step ${context}`);
  assert.match(await headline(page), /Every order from here ends in a crash/);
  await click(page, "step 1");
  assert.match(await headline(page), /Crash\. *Sync after unmap by put/);
  assert.equal(await page.locator(".task").getAttribute("data-done"), "true");
  assert.deepEqual(trouble, []);
  await close();
});

test("the same choices under the guard are refused, with the reason", async () => {
  const { page, close } = await open(browser, path);
  await page.keyboard.press("p");
  await page.keyboard.press("v");
  for (const key of ["1", "2", "2", "1", "1"]) await page.keyboard.press(key); // the guard's lock comes first
  assert.match(
    await page.locator(".story").innerText(),
    /destroy is blocked: the grace period: put is inside/,
  );
  assert.match(await page.locator('[data-lane="0"] .next').innerText(), /blocked/);
  assert.match(await headline(page), /No order from here crashes/);
  await close();
});

test("compare says where the guard refuses the fatal order", async () => {
  const { page, close } = await open(browser, path);
  await page.keyboard.press("p");
  for (const key of ["1", "2", "1", "2", "k"]) await page.keyboard.press(key);
  assert.match(await headline(page), /A crash under unguarded; guarded refuses that order/);
  assert.match(await page.locator("tr.parting").innerText(), /blocked: the grace period/);
  await close();
});

test("undo and redo, restart, jumping: the same state again", async () => {
  const { page, close } = await open(browser, path);
  await page.keyboard.press("p");
  const seen = [await shared(page)];
  for (const key of ["1", "2", "1", "2"]) {
    await page.keyboard.press(key);
    seen.push(await shared(page));
  }
  for (const k of [3, 2, 1, 0]) {
    await page.keyboard.press("ArrowLeft");
    assert.deepEqual(await shared(page), seen[k]);
  }
  await page.keyboard.press("ArrowRight");
  assert.deepEqual(await shared(page), seen[1]);
  await click(page, "cell 2");
  assert.deepEqual(await shared(page), seen[3]);
  await page.keyboard.press("r");
  assert.deepEqual(await shared(page), seen[0]);
  await close();
});

test("C shows a crash from here, S the shortest; A answers", async () => {
  const { page, close } = await open(browser, path);
  await page.keyboard.press("p");
  await page.keyboard.press("s");
  assert.match(await headline(page), /^✕ *Crash/);
  assert.equal(await page.locator(".caption b").innerText(), "step 4");
  await page.keyboard.press("r");
  await page.keyboard.press("2");
  await page.keyboard.press("c");
  assert.match(await headline(page), /^✕ *Crash/);
  await page.keyboard.press("r");
  await page.keyboard.press("a");
  assert.match(
    await page.locator(".story").innerText(),
    /^Yes\. A crash is possible: 4 steps away/,
  );
  await close();
});

test("everything has a name and a key", async () => {
  const { page, trouble, close } = await open(browser, path);
  for (const tab of ["l", "p", "k"]) {
    await page.keyboard.press(tab);
    const nameless = await page
      .locator("button")
      .evaluateAll(
        (all) => all.filter((b) => !(b.getAttribute("aria-label") || b.innerText.trim())).length,
      );
    assert.equal(nameless, 0);
    assert.notEqual(await page.locator("#live").innerText(), "");
  }
  await page.keyboard.press("?");
  assert.ok(await page.locator("dialog.help").isVisible());
  await page.keyboard.press("Escape");
  assert.ok(!(await page.locator("dialog.help").isVisible()));
  await page.keyboard.press("p");
  await page.locator('[data-key="step 1"]').focus();
  await page.keyboard.press("Enter");
  assert.equal(await page.evaluate(() => document.activeElement.dataset.key), "step 1"); // the focus stays
  assert.deepEqual(trouble, []);
  await close();
});

test("nothing moves by itself where motion is not wanted, and does where it is", async () => {
  const { page, close } = await open(browser, path, { reducedMotion: "no-preference" });
  await page.keyboard.press("p");
  await page.keyboard.press("s");
  await page.locator(".cell.fatal.here").waitFor(); // step by step, and there in the end
  await close();
});
