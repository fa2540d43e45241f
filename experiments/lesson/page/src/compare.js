// SPDX-License-Identifier: MIT
// Compare: the same choices under two variants, side by side like a diff; equal stretches folded.
import { lanesOf } from "./arrivals.js";
import { action, h, plural } from "./dom.js";
import { harmClasses } from "./graph.js";
import { parting } from "./parting.js";
import { isOpen, predictionBox } from "./predict.js";
import { withheld } from "./task.js";
import {
  aHarm,
  capital,
  harmAhead,
  harmOf,
  place,
  reads,
  storesNamed,
  toldViolation,
} from "./words.js";

const context = 2; // equal steps shown around a difference

const whatBroke = (graph, s) =>
  capital(toldViolation(harmOf(graph, s) ?? { kind: graph.outcome(s) }));

function told(app, parted, goal) {
  const { graph } = app.session,
    there = app.otherGraph;
  const who = (edge) =>
    (graph.edges[edge.index] === edge ? graph : there).contexts[edge.context].name;
  const outcome = graph.outcome(app.session.state);
  if (app.session.at === 0)
    return {
      tone: "neutral",
      text: "Nothing chosen yet.",
      more: "Step here or in Play; the same choices are followed in the other variant.",
    };
  if (outcome !== goal && (parted.kind === "fatal" || parted.kind === "broken")) {
    const theirs = there.outcome(parted.other.state);
    return {
      tone: "harm",
      text: `${capital(aHarm(theirs))} under ${there.variant}, ${harmClasses.includes(outcome) ? `${aHarm(outcome)} under ${graph.variant}` : outcome ? `none under ${graph.variant}` : "already"}.`,
      more: whatBroke(there, parted.other.state),
    };
  }
  if (outcome !== goal) {
    const harm = harmClasses.includes(outcome);
    return {
      tone: harm ? "harm" : "neutral",
      text: harm
        ? `${capital(aHarm(outcome))} under ${graph.variant}: not what this page is about.`
        : outcome
          ? `This order ends without harm under ${graph.variant}.`
          : parted.refusal
            ? `${there.variant} has refused this order already.`
            : "So far both go on.",
      more: harm
        ? whatBroke(graph, app.session.state)
        : parted.refusal
          ? `${capital(who(parted.refusal.mine))} is blocked there: ${parted.refusal.why}.`
          : "",
    };
  }
  const fatal = `${capital(aHarm(goal))} under ${graph.variant}`;
  const after =
    parted.kind !== "fatal" &&
    (parted.safe
      ? ` From where it stands no order ends in ${aHarm(goal)}.`
      : ` But from where it stands ${aHarm(goal)} is still possible in another order.`);
  if (parted.kind === "fatal")
    return {
      tone: "harm",
      text: `${fatal}, and under ${there.variant} too.`,
      more: whatBroke(there, parted.other.state),
    };
  if (parted.kind === "broken")
    return {
      tone: "harm",
      text: `${fatal}; ${aHarm(there.outcome(parted.other.state))} under ${there.variant}.`,
      more: whatBroke(there, parted.other.state),
    };
  if (parted.kind === "refused")
    return {
      tone: "safe",
      text: `${fatal}; ${there.variant} refuses that order.`,
      more: `${who(parted.refusal.mine)} cannot get to “${parted.refusal.mine.site}”: it is blocked: ${parted.refusal.why}.${after}`,
    };
  if (parted.kind === "earlier")
    return {
      tone: "safe",
      text: `${fatal}; ${there.variant} does the same earlier.`,
      more: `${who(parted.rows[parted.row].theirs)} has taken “${parted.rows[parted.row].theirs.site}” before “${parted.before.site}”, while it did no harm.${after}`,
    };
  if (parted.kind === "missing")
    return {
      tone: "safe",
      text: `${fatal}; ${there.variant} goes another way.`,
      more: `${whyMissing(parted, who)}${after}`,
    };
  const facts = (parted.facts ?? [])
    .slice(0, 2)
    .map((f) => `${f.group}, ${f.name}: “${f.value}” instead of “${f.here}”`)
    .join("; ");
  return {
    tone: "safe",
    text: `${fatal}; under ${there.variant} the same step does no harm.`,
    more: `${facts ? `It finds ${facts}.` : ""}${after}`,
  };
}

function whyMissing({ cause, decider }, who) {
  if (cause)
    return `${who(cause.mine)} at “${cause.mine.site}” finds ${cause.theirs.value} instead of ${cause.mine.value}, and never comes to the fatal step.`;
  if (decider)
    return `${who(decider.theirs)} at “${decider.theirs.site}” finds ${decider.theirs.value}; had it found ${decider.otherwise}, the fatal step could come.`;
  return "The fatal step is not on its way there.";
}

const labels = {
  same: "",
  differs: "≠",
  extra: "+",
  missing: "−",
  refused: "⊘",
  beyond: "·",
  ahead: "→",
};
const spoken = {
  same: "same",
  differs: "another value",
  extra: "only on the right",
  missing: "not on the right, at this point",
  refused: "refused",
  beyond: "not tried",
  ahead: "would come next",
};

function side(graph, edge, alt, value) {
  if (!edge) return h("td.step.none", { colspan: 1 }, alt ?? "");
  return h(
    `td.step.tone-${edge.context % 4}`,
    {},
    h("span.who", {}, place(graph.contexts[edge.context])),
    h("span.site", {}, edge.site),
    (value || reads(edge)) && h("span.value", {}, edge.value),
    edge.passed.length > 0 && h("span.late", {}, ` past ${storesNamed(graph, edge.passed)}`),
  );
}

function rowOf(app, parted, row, i) {
  const at = row.mine ? app.session.steps.indexOf(row.mine) + 1 : 0;
  const outcome = row.mine && app.session.graph.outcome(row.mine.to);
  const theirs = row.theirs && app.otherGraph.outcome(row.theirs.to);
  const classes = [
    row.kind,
    harmClasses.includes(theirs) && "fatal-there",
    i === parted.row && parted.kind !== "fatal" && "parting",
    outcome && outcome !== "fine" && "fatal",
  ];
  const alt =
    row.kind === "refused" ? `blocked: ${row.why}` : row.kind === "missing" ? "not here" : "";
  return h(
    "tr",
    { class: classes.filter(Boolean).join(" ") },
    at
      ? h(
          "th",
          { scope: "row" },
          h(
            "button.plain",
            { type: "button", "data-key": `row ${i}`, onclick: () => app.jump(at) },
            at,
          ),
        )
      : h("td", {}),
    side(app.session.graph, row.mine, "", row.kind === "differs"),
    h("td.kind", { "aria-label": spoken[row.kind] }, labels[row.kind]),
    side(app.otherGraph, row.theirs, alt, row.kind === "differs"),
  );
}

function diff(app, parted) {
  const { rows } = parted;
  const near = (i) =>
    rows.some((r, k) => Math.abs(k - i) <= context && r.kind !== "same" && r.kind !== "beyond") ||
    i >= rows.length - context ||
    app.unfolded;
  const out = [];
  for (let i = 0; i < rows.length; i++) {
    if (near(i)) {
      out.push(rowOf(app, parted, rows[i], i));
      continue;
    }
    const from = i;
    while (i + 1 < rows.length && !near(i + 1)) i++;
    if (i === from) {
      out.push(rowOf(app, parted, rows[i], i)); // a fold of one would hide nothing
      continue;
    }
    out.push(
      h(
        "tr.fold",
        {},
        h(
          "td",
          { colspan: 4 },
          h(
            "button.plain",
            { type: "button", "data-key": `fold ${from}`, onclick: () => app.unfold() },
            `${i - from + 1} equal steps`,
          ),
        ),
      ),
    );
  }
  return out;
}

function totals(graph, goal, secret) {
  const possible = [goal, ...harmClasses.filter((o) => o !== goal)].filter(
    (o) => graph.distance(o)[0] >= 0,
  );
  const said = possible.includes(goal)
    ? `${aHarm(goal)} is possible, at least ${plural(graph.distance(goal)[0], "step")} away`
    : `no order ends in ${aHarm(goal)}`;
  const others = possible
    .filter((o) => o !== goal)
    .map((o) => `; ${aHarm(o)} is possible`)
    .join("");
  return h(
    "p.totals",
    {},
    h("b", {}, graph.variant),
    h("span.help", {}, graph.raw.variant_help),
    !secret && h("span.count", {}, capital(`${said}${others}`)),
  );
}

export function compare(app) {
  const { session } = app,
    there = app.otherGraph;
  if (!there)
    return [
      h("p.empty", {}, "This page has one variant. Make it with --variant V,V2 to compare two."),
    ];
  if (session.at === 0 && isOpen(app)) return [predictionBox(app), app.taskLine()];
  const goal = app.goalOf(session.graph) ?? "crash";
  const parted = parting(session.graph, session.taken, there, goal);
  const { tone, text, more } = told(app, parted, goal);
  const ahead = harmAhead(session.graph, session.state, goal);
  const mark = { safe: "✓", harm: "✕", neutral: "○" }[tone];
  return [
    h(
      `section.verdict.${tone}`,
      { "aria-label": "what the other variant does" },
      h(
        "div.say",
        {},
        h("h2", {}, h("span.mark", { "aria-hidden": "true" }, mark), text),
        h("p.story", {}, more || " "),
      ),
    ),
    h(
      "div.diff",
      {
        tabindex: 0,
        role: "region",
        "aria-label": "the two ways, step by step",
        "data-scrolls": true,
      },
      h(
        "table",
        {},
        h(
          "thead",
          {},
          h(
            "tr",
            {},
            h("th", {}, "step"),
            h("th", {}, totals(session.graph, goal, withheld(app, session))),
            h("td", {}),
            h("th", {}, totals(there, goal, withheld(app, { graph: there, at: session.at }))),
          ),
        ),
        h("tbody", {}, diff(app, parted)),
      ),
    ),
    h(
      "p.signs",
      {},
      Object.entries(labels)
        .filter(([kind]) => parted.rows.some((r) => r.kind === kind))
        .map(([kind, sign]) => sign && h("span", {}, h("b", {}, sign), ` ${spoken[kind]}`)),
    ),
    h(
      "div.below",
      {},
      h(
        "div.actions",
        { role: "toolbar", "aria-label": "moves" },
        session.graph.contexts.map((c, i) =>
          action(`Step ${place(c)}`, String(i + 1), () => app.step(i), {
            disabled: !session.next(i),
          }),
        ),
        session.graph.weak &&
          action("Flush", "D", () => app.flush(), { disabled: !lanesOf(session).length }),
        action("Undo", "←", () => app.undo(), { disabled: session.at === 0 }),
        action("Restart", "R", () => app.restart(), { disabled: session.at === 0 }),
        action(`Show ${aHarm(ahead ?? goal)} from here`, "C", () => app.showFrom(), {
          disabled: !ahead,
        }),
        action("Show the shortest", "S", () => app.showShortest(), {
          disabled: session.graph.distance(goal)[0] < 0,
        }),
        action("Swap sides", "V", () => app.nextVariant()),
        action(app.unfolded ? "Fold" : "Unfold", "F", () => app.unfold()),
      ),
      app.taskLine(),
    ),
  ];
}
