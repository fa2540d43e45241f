// SPDX-License-Identifier: MIT
// axe-core, put into a page through the browser; a finding is told with the element that it is about.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const source = readFileSync(fileURLToPath(import.meta.resolve("axe-core/axe.min.js")), "utf8");

// All of axe's rules, or those named.
export async function findings(page, rules) {
  if (!(await page.evaluate(() => "axe" in globalThis))) await page.evaluate(source);
  return page.evaluate(async (only) => {
    const { violations } = await axe.run(document, {
      resultTypes: ["violations"],
      ...(only && { runOnly: only }),
    });
    return violations.flatMap(({ id, nodes }) =>
      nodes.map((n) => `${id}: ${n.html.slice(0, 160)} ${n.any[0]?.message ?? n.failureSummary}`),
    );
  }, rules);
}
