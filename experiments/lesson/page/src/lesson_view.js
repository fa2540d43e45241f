// SPDX-License-Identifier: MIT
// The lesson's own text and task, and what the page speaks of.
import { action, count, h } from "./dom.js";
import { prose } from "./prose.js";
import { taskLine } from "./task.js";
import { aHarm } from "./words.js";

// How many orders there are, for those who want to know it; it takes a moment, so only when asked.
function counted(graph, goal) {
  const orders = graph.orders(0);
  const bad = goal ? `, of which ${count(orders[goal] ?? 0n)} end in ${aHarm(goal)}` : "";
  return `${count(orders.all)} orders${bad} (a count of orders is no probability)`;
}

export function lessonText(app) {
  const { lesson, graphs } = app;
  const { config, limits, bound, contract } = graphs[0].raw;
  const list = (o) =>
    Object.entries(o)
      .map(([k, v]) => `${k} ${v}`)
      .join(", ");
  return [
    h(
      "article.lesson",
      {},
      h("h1", {}, lesson.title),
      h("div.prose", {}, prose(lesson.text)),
      h(
        "details.bound",
        { open: app.boundOpen, ontoggle: (e) => app.openBound(e.currentTarget.open) },
        h("summary", {}, "What this page speaks of"),
        h(
          "dl",
          {},
          [
            [
              "program",
              `${graphs[0].program}: ${graphs[0].raw.program_help}; it ${contract === "kept" ? "keeps" : "breaks"} the driver's contract`,
            ],
            ...graphs.map((g) => [
              g.variant,
              `${g.raw.variant_help}; ${g.size} states, ${g.edges.length} steps between them${g.complete ? ", all of them" : ", NOT all"}${app.boundOpen ? `; ${counted(g, app.goalOf())}` : ""}`,
            ]),
            ["machine", list(config)],
            ["sizes", list(limits)],
            ["bound", bound],
            [
              "memory",
              "every access is one indivisible step, in one order for all: a bug that needs a missing barrier cannot show",
            ],
            ["version", graphs[0].raw.version],
          ].map(([k, v]) => h("div", {}, h("dt", {}, k), h("dd", {}, v))),
        ),
      ),
    ),
    h(
      "div.start",
      {},
      h("div", {}, taskLine(app)),
      action("Begin", "P", () => app.show("play"), { class: "action primary" }),
    ),
  ];
}
