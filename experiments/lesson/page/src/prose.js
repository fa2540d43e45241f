// SPDX-License-Identifier: MIT
// A lesson's text: paragraphs, lists ("- "), headings ("## "), `code` and *emphasis*.  No markup
// gets through.
import { h } from "./dom.js";

export function inline(text) {
  return text
    .split(/(`[^`]+`|\*[^*]+\*)/)
    .map((piece) =>
      piece.startsWith("`")
        ? h("code", {}, piece.slice(1, -1))
        : piece.startsWith("*") && piece.length > 2
          ? h("em", {}, piece.slice(1, -1))
          : piece,
    );
}

export function prose(text) {
  return text
    .trim()
    .split(/\n\s*\n/)
    .map((block) => {
      const lines = block.split("\n");
      if (lines[0].startsWith("## ")) return h("h3", {}, lines[0].slice(3));
      if (lines[0].startsWith("- "))
        return h(
          "ul",
          {},
          block
            .split(/\n(?=- )/)
            .map((item) => h("li", {}, inline(item.slice(2).replace(/\s+/g, " ")))),
        );
      return h("p", {}, inline(lines.join(" ")));
    });
}
