// SPDX-License-Identifier: MIT
// A lesson's text: paragraphs, lists ("- "), headings ("## "), `code`, *emphasis*, marked keys
// (**`1 E`**), [links](to-a-lesson), and words of the glossary at their first use.  No markup gets
// through.
import { h } from "./dom.js";
import { keysOf } from "./marks.js";
import { withTerms } from "./terms.js";

const pieces = /(\*\*`[^`]+`\*\*|`[^`]+`|\*[^*]+\*|\[[^\]]+\]\([a-z-]+\))/;

function marked(keys) {
  return h(
    "strong.marked",
    {},
    keys.map((key, i) => [i > 0 && " ", h("kbd", {}, key)]),
  );
}

// `seen` collects the words that were explained already; none: explain nothing here.
export function inline(text, seen) {
  return text.split(pieces).map((piece) => {
    const keys = piece.startsWith("**`") && keysOf(piece.slice(3, -3));
    if (keys) return marked(keys);
    const code = /^`([^`]+)`$/.exec(piece);
    if (code) return h("code", {}, withTerms(code[1], seen));
    const link = /^\[([^\]]+)\]\(([a-z-]+)\)$/.exec(piece);
    if (link) return h("a.lesson-link", { href: `#${link[2]}/lesson` }, link[1]);
    if (piece.startsWith("*") && piece.length > 2)
      return h("em", {}, withTerms(piece.slice(1, -1), seen));
    return withTerms(piece, seen);
  });
}

export function prose(text, seen) {
  return text
    .trim()
    .split(/\n\s*\n/)
    .map((block) => {
      const lines = block.split("\n");
      if (lines[0].startsWith("## ")) return h("h2", {}, lines[0].slice(3));
      if (lines[0].startsWith("- "))
        return h(
          "ul",
          {},
          block
            .split(/\n(?=- )/)
            .map((item) => h("li", {}, inline(item.slice(2).replace(/\s+/g, " "), seen))),
        );
      return h("p", {}, inline(lines.join(" "), seen));
    });
}
