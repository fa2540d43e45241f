// SPDX-License-Identifier: MIT
// Making elements.  Preact keeps what did not change, with its focus and scroll position, so that a
// step costs little; h("tag.class", props, …) is its h() with classes in the name.
import { h as element } from "preact";

export { render } from "preact";

const kinds = new Map(); // "div.a.b" -> ["div", "a b"]
function kindOf(name) {
  if (!kinds.has(name)) {
    const [tag, ...classes] = name.split(".");
    kinds.set(name, [tag, classes.join(" ")]);
  }
  return kinds.get(name);
}

export function h(name, props = {}, ...children) {
  const [tag, classes] = kindOf(name);
  return element(tag, classes && !props.class ? { ...props, class: classes } : props, ...children);
}

// A button that says its key.
export function action(label, key, run, more = {}) {
  return h(
    "button.action",
    { type: "button", "data-key": `do ${label}`, onclick: run, ...more },
    label,
    key && h("kbd", { "aria-hidden": "true" }, key),
  );
}

export const plural = (n, one, many = `${one}s`) => `${n} ${n === 1 ? one : many}`;

const superscripts = "⁰¹²³⁴⁵⁶⁷⁸⁹";
export function count(n) {
  const digits = String(n);
  if (digits.length <= 7) return digits.replace(/\B(?=(\d{3})+$)/g, "\u2009");
  const power = [...String(digits.length - 1)].map((d) => superscripts[d]).join("");
  return `${digits[0]}.${digits.slice(1, 3)} × 10${power}`;
}
