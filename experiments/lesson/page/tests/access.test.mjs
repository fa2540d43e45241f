// SPDX-License-Identifier: MIT
// Every hand and eye: keys that scroll where a text is read, small windows, no scripts, axe.
import assert from "node:assert/strict";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { launch, open, writePage } from "./browser.mjs";
import { toyGraph } from "./toy.mjs";

const long = Array.from({ length: 60 }, (_, i) => `Paragraph ${i} of a long text.`).join("\n\n");
let browser, path;
before(async () => {
  browser = await launch();
  path = writePage(join(tmpdir(), `poolrace-access-${process.pid}.html`), {
    lesson: { name: "toy", title: "The toy race", text: long },
    graphs: [toyGraph("unguarded"), toyGraph("guarded")],
  });
});
after(() => browser?.close());

test("where a text is read, the keys that scroll scroll, and no key changes view or way", async () => {
  const { page, close } = await open(browser, path);
  // A browser that has just opened may not listen yet: pressed again, as a reader would.
  const scrolls = async (key, there) => {
    const was = await page.evaluate(() => scrollY);
    for (let tries = 0; tries < 20; ++tries) {
      await page.keyboard.press(key);
      const moved = page.waitForFunction(there, was, { timeout: 1500 });
      if (await moved.then(() => true).catch(() => false)) return;
    }
    assert.fail(`${key} does not scroll`);
  };
  for (const key of ["ArrowDown", "PageDown", "Space", "End"])
    await scrolls(key, (before) => scrollY > before);
  await scrolls("Home", () => scrollY === 0);
  await page.evaluate(() => poolrace.session.step(0));
  for (const key of [
    "Home",
    "End",
    "ArrowLeft",
    "ArrowRight",
    "Backspace",
    "r",
    "u",
    "1",
    "c",
    "s",
  ])
    await page.keyboard.press(key);
  assert.deepEqual(await page.evaluate(() => [poolrace.tab, poolrace.session.at]), ["lesson", 1]);
  await close();
});

test("nothing is cut at any width, nor is there a bar to scroll sideways", async () => {
  for (const width of [390, 820, 1280, 1920]) {
    const { page, trouble, close } = await open(browser, path, {
      viewport: { width, height: 720 },
    });
    for (const key of ["l", "p", "1", "k"]) {
      await page.keyboard.press(key);
      assert.ok((await page.evaluate(() => document.documentElement.scrollWidth)) <= width, key);
    }
    assert.deepEqual(trouble, []);
    await close();
  }
});

test("without scripts the page says so", async () => {
  const { page, close } = await open(browser, path, { javaScriptEnabled: false });
  assert.match(await page.locator("main").innerText(), /JavaScript[\s\S]*switched off/);
  await close();
});
