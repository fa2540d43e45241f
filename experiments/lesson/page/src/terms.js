// SPDX-License-Identifier: MIT
// Words of the glossary in a text: a dotted button at the first use, which tells what the word means.
import { h, render } from "./dom.js";
import { glossary, pattern } from "./glossary.js";

const gap_px = 6;

function show(button, entry) {
  const box = document.getElementById("term");
  render(h("p", {}, h("b", {}, entry.word), " ", entry.what), box);
  box.showPopover();
  const at = button.getBoundingClientRect(),
    { width, height } = box.getBoundingClientRect();
  const left = Math.max(gap_px, Math.min(at.left, innerWidth - width - gap_px));
  const below = at.bottom + gap_px + height <= innerHeight;
  box.style.left = `${left}px`;
  box.style.top = `${below ? at.bottom + gap_px : Math.max(gap_px, at.top - gap_px - height)}px`;
  document.getElementById("live").textContent = `${entry.word}: ${entry.what}`;
}

function term(text, entry) {
  return h(
    "button.term",
    {
      type: "button",
      "data-term": entry.word,
      "aria-haspopup": "dialog",
      onclick: (e) => show(e.currentTarget, entry),
    },
    text,
  );
}

// The text, with those words explained that are not in `seen` yet.
export function withTerms(text, seen) {
  if (!seen || !text) return text;
  const out = [];
  let rest = text,
    passed = "";
  for (let found; (found = pattern.exec(rest)); ) {
    const entry = glossary[found.slice(1).findIndex((group) => group !== undefined)];
    passed += rest.slice(0, found.index);
    rest = rest.slice(found.index + found[0].length);
    if (seen.has(entry.word)) passed += found[0];
    else {
      seen.add(entry.word);
      out.push(passed, term(found[0], entry));
      passed = "";
    }
  }
  return [...out, passed + rest];
}
