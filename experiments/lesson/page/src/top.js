// SPDX-License-Identifier: MIT
// What stands above every view: the lesson's title, the tabs, the variants, light or dark, help.
import { h } from "./dom.js";

export const tabs = {
  lesson: ["Lesson", "L"],
  play: ["Play", "P"],
  compare: ["Compare", "K"],
  watch: ["Watch", "W"],
  measure: ["Measure", "M"],
};

function tab(app, name) {
  const here = name === app.tab;
  return h(
    "button.tab",
    {
      type: "button",
      role: "tab",
      id: `tab-${name}`,
      "data-key": `tab ${name}`,
      "aria-selected": String(here),
      "aria-controls": here ? "panel" : undefined,
      onclick: () => app.show(name),
    },
    tabs[name][0],
    h("kbd", { "aria-hidden": "true" }, tabs[name][1]),
  );
}

function variant(app, graph, i) {
  return h(
    "button.variant",
    {
      type: "button",
      role: "radio",
      "data-key": `variant ${i}`,
      "aria-checked": String(i === app.current),
      title: graph.raw.variant_help,
      onclick: () => app.useVariant(i),
    },
    graph.variant,
  );
}

const plain = (key, label, shown, run) =>
  h("button.plain", { type: "button", "data-key": key, onclick: run, "aria-label": label }, shown);

export const themeAndHelp = (app) => [
  plain("theme", "light or dark", "◐", () => app.nextTheme()),
  plain("help", "help", "?", () => app.help(true)),
];

export function top(app) {
  const moves = app.tab === "play" || app.tab === "compare";
  return [
    h("b.brand", {}, "Poolrace"),
    h("span.title", {}, app.lesson.title),
    h(
      "div.tabs",
      { role: "tablist", "aria-label": "views of this lesson" },
      app.tabs.map((name) => tab(app, name)),
    ),
    app.graphs.length > 1 &&
      moves &&
      h(
        "div.variants",
        { role: "radiogroup", "aria-label": "variant" },
        app.graphs.map((graph, i) => variant(app, graph, i)),
      ),
    themeAndHelp(app),
  ];
}
