// SPDX-License-Identifier: MIT
// Debian's own Chromium, driven from here; and lesson pages made of a template and data.
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath, pathToFileURL } from "node:url";
import { chromium } from "playwright-core";

export const here = (path) => fileURLToPath(new URL(path, import.meta.url));

export const launch = () =>
  chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: [
      "--headless",
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });

// What commands/lesson.cpp does, for data made up here.
export function writePage(path, data) {
  const json = JSON.stringify(data).replaceAll("<", "\\u003c");
  writeFileSync(
    path,
    readFileSync(here("../page.html"), "utf8").replace("/*DATA*/", () => json),
  );
  return path;
}

// Opens a page; `trouble` collects every request beyond the file and every console error.
export async function open(browser, path, options = {}) {
  const context = await browser.newContext({
    viewport: { width: 1280, height: 720 },
    reducedMotion: "reduce",
    ...options,
  });
  const page = await context.newPage();
  const trouble = [];
  const url = pathToFileURL(path).href;
  page.on(
    "request",
    (r) => r.url() !== url && !r.url().startsWith("data:") && trouble.push(`request ${r.url()}`),
  );
  page.on(
    "console",
    (m) => ["error", "warning"].includes(m.type()) && trouble.push(`console: ${m.text()}`),
  );
  page.on("pageerror", (e) => trouble.push(`error: ${e.message}`));
  await page.goto(url);
  return { page, trouble, close: () => context.close() };
}
