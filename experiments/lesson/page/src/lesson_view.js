// SPDX-License-Identifier: MIT
// The lesson's own text and task, and what the page speaks of.
import { action, count, h } from "./dom.js";
import { predictionBox } from "./predict.js";
import { inline, prose } from "./prose.js";
import { taskLine } from "./task.js";
import { aHarm } from "./words.js";

// How many orders there are, for those who want to know it; it takes a moment, so only when asked.
function counted(graph, goal) {
  const orders = graph.orders(0);
  const bad = goal ? `, of which ${count(orders[goal] ?? 0n)} end in ${aHarm(goal)}` : "";
  return `${count(orders.all)} orders${bad} (a count of orders is no probability)`;
}

const memories = {
  tso: "as x86 has it (TSO): a store may arrive after later loads of its CPU, and stores arrive in order",
  pso: "stores may arrive late, and not in order (PSO)",
  arm: "near ARMv8: stores may arrive late and not in order, and loads may find what is old; no store comes before a load that it follows",
};
const memoryOf = ({ weak, raw }) =>
  weak
    ? memories[raw.config.memory]
    : "every access is one indivisible step, in one order for all: a bug that needs a missing barrier cannot show";

function bound(app) {
  const { graphs } = app;
  const { config, limits, bound, contract } = graphs[0].raw;
  const list = (o) =>
    Object.entries(o)
      .map(([k, v]) => `${k} ${v}`)
      .join(", ");
  const rows = [
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
    ...graphs
      .filter((g, i) => graphs.findIndex((other) => other.weak === g.weak) === i)
      .map((g) => [
        graphs.some((o) => o.weak !== g.weak) ? `memory of ${g.variant}` : "memory",
        memoryOf(g),
      ]),
    ["version", graphs[0].raw.version],
  ];
  return h(
    "details.bound",
    { open: app.boundOpen, ontoggle: (e) => app.openBound(e.currentTarget.open) },
    h("summary", {}, "What this page speaks of"),
    h(
      "dl",
      {},
      rows.map(([k, v]) => h("div", {}, h("dt", {}, k), h("dd", {}, v))),
    ),
  );
}

const onward = (next, name) =>
  next &&
  h(
    "a.action",
    {
      href: `#${next.name}/lesson`,
      class: name ? "action primary" : "action",
      "data-key": name,
    },
    name ? `Next: ${next.title}` : "Next",
    h("kbd", { "aria-hidden": "true" }, "N"),
  );

// What it came to: not before it was tried, unless somebody insists.
function afterwards(app, seen) {
  const { lesson, task } = app;
  if (!lesson.after) return null;
  const next = app.course.neighbour(1);
  if (!task?.done && !app.afterShown)
    return h(
      "section.after.closed",
      {},
      h("p", {}, "The explanation stands here when the task is done."),
      action("Show it now", null, () => app.showAfter()),
    );
  return h(
    "section.after",
    { id: "after" },
    h("h2", {}, "What happened"),
    prose(lesson.after, seen),
    next && h("p.onward", {}, onward(next, "onward")),
  );
}

export function lessonText(app) {
  const { lesson } = app;
  const seen = new Set();
  return [
    h(
      "article.lesson",
      {},
      h("h1", {}, lesson.title),
      lesson.question && h("p.lead", {}, inline(lesson.question)),
      h("div.prose", {}, prose(lesson.text.split("\n## Do it")[0], seen)),
      predictionBox(app),
      h("div.prose.do", {}, prose(partDo(lesson.text), seen)),
      h("div.prose", {}, afterwards(app, seen)),
      lesson.notes &&
        h(
          "details.bound.notes",
          {},
          h("summary", {}, "For the teacher"),
          h("div.prose", {}, prose(lesson.notes)),
        ),
      bound(app),
    ),
    h(
      "div.start",
      {},
      taskLine(app) ?? h("span", {}),
      app.task?.done && onward(app.course.neighbour(1)),
      action("Begin", "P", () => app.show("play"), { class: "action primary" }),
    ),
  ];
}

const partDo = (text) => {
  const at = text.indexOf("\n## Do it");
  return at < 0 ? "" : text.slice(at);
};
