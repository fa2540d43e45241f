// SPDX-License-Identifier: MIT
// Builds experiments/lesson/page/page.html, the template that `poolrace lesson` fills with data:
//   npm ci --ignore-scripts && npm run build        (-- --check: compare only)
// One file, everything inline; the tree keeps it, so that a checkout without Node builds too.
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const bundle = async (entry, more) =>
  (
    await build({
      entryPoints: [here(entry)],
      bundle: true,
      minify: true,
      write: false,
      legalComments: "none",
      charset: "utf8",
      ...more,
    })
  ).outputFiles[0].text.trim();

const script = await bundle("src/main.js", { format: "iife", target: "es2022" });
const style = await bundle("src/style.css", { target: "chrome110" });
if (/<\/(script|style)/i.test(script + style))
  throw new Error("a closing tag inside the page's own code");
const page = readFileSync(here("src/page.html"), "utf8")
  .replace("/*STYLE*/", () => style)
  .replace("/*SCRIPT*/", () => script);
if (!process.argv.includes("--check")) writeFileSync(here("page.html"), page);
else if (readFileSync(here("page.html"), "utf8") !== page) {
  console.error(
    "experiments/lesson/page/page.html is not what its sources make: npm run build there, and commit it",
  );
  process.exit(1);
}
