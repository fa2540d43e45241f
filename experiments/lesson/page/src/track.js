// SPDX-License-Identifier: MIT
// The way so far, one cell a step in the row of its context.  A click jumps there.
import { h } from "./dom.js";
import { turningPoint } from "./session.js";
import { harmWord, placeAndName } from "./words.js";

const marks = { averted: "◆", sealed: "▲" };

export function track(app, session, goal) {
  const { graph, steps, at } = session;
  const ended = steps.length && graph.outcome(steps.at(-1).to);
  const harmful = ended && ended !== "fine" && ended !== "cut";
  const cell = (edge, i) => {
    const turn = goal ? turningPoint(session.viewAt(i), edge, goal) : "";
    const fatal = harmful && i === steps.length - 1;
    const classes = [
      "cell",
      `tone-${edge.context % 4}`,
      i >= at && "later",
      i === at - 1 && "here",
      fatal && "fatal",
    ];
    return h(
      "button",
      {
        type: "button",
        class: classes.filter(Boolean).join(" "),
        "data-key": `cell ${i}`,
        tabindex: i === at - 1 ? 0 : -1,
        style: `grid-column:${i + 1};grid-row:${edge.context + 1}`,
        onclick: () => app.jump(i + 1),
        title: edge.site,
        "aria-label": `step ${i + 1}, ${graph.contexts[edge.context].name}: ${edge.site}${turn ? `, ${turn}` : ""}`,
        "aria-current": i === at - 1 ? "step" : undefined,
      },
      fatal ? "✕" : turn ? h("span.turn", {}, marks[turn]) : "",
    );
  };
  return h(
    "section.track",
    { "aria-label": "the way so far" },
    h(
      "div.names",
      {},
      graph.contexts.map((c) => h("span", {}, placeAndName(c).replace(",", ""))),
    ),
    h(
      "div.cells",
      { style: `--steps:${Math.max(steps.length, 40)};--lanes:${graph.contexts.length}` },
      graph.contexts.map((_, c) => h("i.rail", { style: `grid-row:${c + 1}` })),
      steps.map(cell),
    ),
  );
}

// How far one is, and what the marks mean.
export function caption(session, goal) {
  const { steps, at } = session;
  return h(
    "p.caption",
    {},
    h("b", {}, `step ${at}`),
    steps.length > at ? ` of ${steps.length}` : "",
    goal &&
      h(
        "span.legend",
        {},
        h("span.turn", {}, "◆"),
        ` last chance of ${harmWord(goal)} passed  `,
        h("span.turn", {}, "▲"),
        ` ${harmWord(goal)} sealed`,
      ),
  );
}
