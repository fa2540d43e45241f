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
    app.graphs.length > 1 &&
      i === (app.current + 1) % app.graphs.length &&
      h("kbd", { "aria-hidden": "true" }, "V"),
  );
}

const plain = (key, label, shown, run) =>
  h("button.plain", { type: "button", "data-key": key, onclick: run, "aria-label": label }, shown);

export const themeAndHelp = (app) => [
  plain("theme", "light or dark", "◐", () => app.nextTheme()),
  plain("help", "help", "?", () => app.help(true)),
];

const link = (page, text, here) =>
  h("a", { href: `#${page}`, "aria-current": here === page ? "page" : undefined }, text);
export const pageLinks = (course) =>
  h(
    "nav.pages",
    { "aria-label": "pages of the course" },
    link("start", "The course", course.page),
    link("glossary", "Glossary", course.page),
    link("teacher", "For the teacher", course.page),
  );

// Where one stands in the course, and back and forth.
function standing({ course, lesson }) {
  if (course.single) return [h("b.brand", {}, "Poolrace"), h("span.title", {}, lesson.title)];
  const turn = (by, shown, key) => {
    const there = course.neighbour(by);
    const label = there?.title ?? (by < 0 ? "the course" : null);
    return h(
      "button.plain",
      { type: "button", "data-key": `turn ${by}`, onclick: () => course.turn(by) },
      shown,
      h("span.unseen", {}, ` ${by < 0 ? "back to" : "on to"}: ${label}`),
      h("kbd", { "aria-hidden": "true" }, key),
    );
  };
  return [
    h("a.brand", { href: "#start" }, "Poolrace"),
    h(
      "nav.where",
      { "aria-label": "lessons" },
      turn(-1, "‹", "B"),
      h("span", {}, `${course.names.indexOf(lesson.name) + 1} of ${course.entries.length}`),
      course.neighbour(1) && turn(1, "›", "N"),
    ),
    h("span.title", {}, lesson.title),
  ];
}

export function top(app) {
  const moves = app.tab === "play" || app.tab === "compare";
  return [
    standing(app),
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
