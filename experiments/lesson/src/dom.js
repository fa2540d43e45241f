// SPDX-License-Identifier: MIT
// Making and replacing elements; the focus survives a redraw by its data-key.

export function h(tag, props = {}, ...children) {
  const [name, ...classes] = tag.split(".");
  const svg = ["svg", "g", "rect", "line", "path", "text", "title", "circle"].includes(name);
  const node = svg ? document.createElementNS("http://www.w3.org/2000/svg", name) : document.createElement(name);
  if (classes.length) node.setAttribute("class", classes.join(" "));
  for (const [key, value] of Object.entries(props)) {
    if (value === undefined || value === null || value === false) continue;
    if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
    else node.setAttribute(key, value === true ? "" : value);
  }
  node.append(...children.flat(Infinity).filter((c) => c !== null && c !== undefined && c !== false && c !== ""));
  return node;
}

export function replace(root, ...nodes) {
  const key = document.activeElement?.dataset?.key;
  const scrolls = [...root.querySelectorAll("[data-scroll]")].map((n) => [n.dataset.scroll, n.scrollTop]).filter(([, top]) => top > 0);
  root.replaceChildren(...nodes.flat(Infinity).filter(Boolean));
  for (const [name, top] of scrolls) {
    const node = root.querySelector(`[data-scroll="${CSS.escape(name)}"]`);
    if (node) node.scrollTop = top;
  }
  if (key) root.querySelector(`[data-key="${CSS.escape(key)}"]`)?.focus({ preventScroll: true });
}

// A button that says its key.
export function action(label, key, run, more = {}) {
  return h("button.action", { type: "button", "data-key": `do ${label}`, onclick: run, ...more },
    label, key && h("kbd", { "aria-hidden": "true" }, key));
}

export const plural = (n, one, many = `${one}s`) => `${n} ${n === 1 ? one : many}`;

const superscripts = "⁰¹²³⁴⁵⁶⁷⁸⁹";
export function count(n) {
  const digits = String(n);
  if (digits.length <= 7) return digits.replace(/\B(?=(\d{3})+$)/g, "\u2009");
  const power = [...String(digits.length - 1)].map((d) => superscripts[d]).join("");
  return `${digits[0]}.${digits.slice(1, 3)} × 10${power}`;
}
