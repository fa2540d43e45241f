// SPDX-License-Identifier: MIT
// Every key, once: what the help overlay lists is what the page obeys.
import { h } from "./dom.js";
import { aHarm } from "./words.js";

// [key shown, test of the event, what it does, method of the app with its arguments, the views in
// which it does so; none: everywhere].  Where a text is read, the keys that scroll do nothing else.
const plain = (key) => (e) => !e.shiftKey && e.key.toLowerCase() === key;
const moves = ["play", "compare"];
const ways = [...moves, "watch"];
export const keys = [
  [
    "1 … 9",
    (e) => !e.shiftKey && /^Digit[1-9]$/.test(e.code),
    "one step of that context",
    (app, e) => app.step(e.code[5] - 1),
    moves,
  ],
  [
    "⇧ 1 … 9",
    (e) => e.shiftKey && /^Digit[1-9]$/.test(e.code),
    "run it to where it decides something",
    (app, e) => app.run(e.code[5] - 1),
    moves,
  ],
  [
    "E",
    plain("e"),
    "let the one that moved last go on as far as it gets",
    (app) => app.finish(),
    moves,
  ],
  [
    "D",
    plain("d"),
    "flush: the oldest store that is on its way arrives",
    (app) => app.flush(),
    moves,
  ],
  [
    "← ⌫ U",
    (e) => ["ArrowLeft", "Backspace", "u"].includes(e.key),
    "undo, or one event back",
    (app) => app.undo(),
    ways,
  ],
  ["→", plain("arrowright"), "redo, or one event on", (app) => app.redo(), ways],
  ["Home R", (e) => ["Home", "r"].includes(e.key), "restart", (app) => app.restart(), ways],
  ["End", plain("end"), "to the end of the way", (app) => app.jump(Infinity), ways],
  ["C", plain("c"), "show a crash (or other harm) from here", (app) => app.showFrom(), moves],
  ["S", plain("s"), "show the shortest from the start", (app) => app.showShortest(), moves],
  ["Space", plain(" "), "play on, pause", (app) => app.toggleAuto(), ways],
  ["A", plain("a"), "is there any crash from here?", (app) => app.ask(), moves],
  ["X", plain("x"), "on to the next switch of the way", (app) => app.nextSwitch(), moves],
  ["V", plain("v"), "the next variant", (app) => app.nextVariant(), moves],
  ["F", plain("f"), "show what never changes, unfold", (app) => app.fold(), moves],
  ["Y", plain("y"), "copy the replay string", (app) => app.copyReplay(), ways],
  [
    "L P K W M",
    (e) => !e.shiftKey && "lpkwm".includes(e.key) && e.key.length === 1,
    "lesson, play, compare, watch, measure",
    (app, e) => app.show({ l: "lesson", p: "play", k: "compare", w: "watch", m: "measure" }[e.key]),
    ["lesson", "play", "compare", "watch", "measure"],
  ],
  [
    "+ − 0",
    (e) => ["+", "=", "-", "0"].includes(e.key),
    "zoom the timeline",
    (app, e) => app.zoom(e.key),
    ["watch"],
  ],
  [
    "B N",
    (e) => plain("b")(e) || plain("n")(e),
    "the lesson before, the next",
    (app, e) => app.course.turn(e.key.toLowerCase() === "n" ? 1 : -1),
  ],
  ["T", plain("t"), "light, dark", (app) => app.nextTheme()],
  ["?", (e) => e.key === "?" || plain("h")(e), "this help", (app) => app.help(true)],
];

// A focused region that scrolls keeps the keys that scroll it.
const turnsRange = new Set(["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown", "Home", "End"]);
const scrolls = new Set(["Home", "End", " "]);

export function onKey(app, event) {
  if (event.ctrlKey || event.altKey || event.metaKey) return;
  const overlay = document.querySelector("dialog[open]");
  if (overlay) return; // it closes itself on Escape
  const field = event.target.closest?.("input,textarea,select");
  if (field && (field.type !== "range" || turnsRange.has(event.key))) return;
  if (event.key === " " && event.target.closest?.("button,summary,a")) return; // presses it
  if (scrolls.has(event.key) && event.target.closest?.("[data-scrolls]")) return;
  const entry = keys.find(
    ([, matches, , , where]) => matches(event) && (where?.includes(app.tab) ?? true),
  );
  if (!entry) return;
  event.preventDefault();
  entry[3](app, event);
}

const steps = [
  ["1 2", "step a CPU"],
  ["⇧1", "run on"],
  ["←", "undo"],
];
function footerKeys(app) {
  const { tab, otherGraph } = app;
  if (!app.session) return [["N", "next lesson"]];
  const crash = app.goalOf() && ["C", `show ${aHarm(app.goalOf())}`];
  if (tab === "lesson") return [["P", "begin"], app.course.neighbour(1) && ["N", "next lesson"]];
  if (tab === "play")
    return [
      ...steps,
      app.session.graph.weak && ["D", "flush"],
      crash,
      otherGraph && ["V", "other variant"],
      otherGraph && ["K", "compare"],
    ];
  if (tab === "compare")
    return [...steps, crash, ["V", "swap sides"], ["F", "unfold"], ["P", "back to play"]];
  return tab === "watch"
    ? [
        ["Space", "play"],
        ["← →", "event by event"],
        ["+ −", "zoom"],
        ["0", "all of it"],
      ]
    : [];
}
export const footer = (app) =>
  [...footerKeys(app), ["?", "all keys"]].filter(Boolean).map(([key, what]) =>
    h(
      "span",
      {},
      key.split(" ").map((k) => [h("kbd", {}, k), " "]),
      what,
    ),
  );

export function helpDialog() {
  return h(
    "dialog.help",
    { "aria-label": "keys" },
    h("h2", {}, "Keys"),
    h(
      "dl",
      {},
      [...keys, ["Tab ↓ ↵", null, "in a column: run to that step"]].map(([key, , what]) =>
        h("div", {}, h("dt", {}, h("kbd", {}, key)), h("dd", {}, what)),
      ),
    ),
    h("form", { method: "dialog" }, h("button.action.primary", {}, "Close", h("kbd", {}, "Esc"))),
  );
}
