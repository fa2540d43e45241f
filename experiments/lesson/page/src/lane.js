// SPDX-License-Identifier: MIT
// One context as a listing: what it did, the step it stands on, what it would do next alone.
import { action, h } from "./dom.js";
import { stepTold } from "./steps_told.js";
import { harmOf, harmWord, place, placeAndName, reads, storesNamed } from "./words.js";

const shownPast = 12,
  shownAhead = 12;

// A step of the list, to be clicked: back to it, or on to it.
function listed(edge, go, what, extra) {
  return h(
    "li",
    extra,
    h(
      "button.row",
      { type: "button", tabindex: -1, onclick: go, title: `${what}. ${stepTold(edge.site)}` },
      h("span.site", {}, edge.site),
      reads(edge) && h("span.value", {}, edge.value),
    ),
  );
}
// One of a list can be reached by Tab; the arrows go on from there.
function arrows(event) {
  const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!by) return;
  const rows = [...event.currentTarget.querySelectorAll(".row")];
  rows[rows.indexOf(event.target) + by]?.focus();
  event.preventDefault();
}

// Harm ends everything at once: whoever did it stopped there, the others stand where they stood.
function statusOf(session, context) {
  const { graph, state, last } = session;
  if (graph.ended(state) !== "harm" || !last) return graph.status(state, context);
  return last.context === context ? { kind: "harmed", why: "" } : graph.status(last.from, context);
}

// The lines of a kernel tree around the one that a context stands on: that of its next step, or where
// it called what the step is a part of.
function source(session, context, edge) {
  const { sources } = session.graph.raw;
  const taken = session.taken.filter((e) => e.context === context);
  for (const step of [edge, ...taken.reverse()]) {
    if (!step) continue; // it goes no further: where it stood last
    const [, file, number] = /^(\S+\.[ch]):(\d+) /.exec(step.site) ?? [];
    const lines = sources?.[file];
    if (!lines) continue;
    const at = Number(number);
    const shown = [-2, -1, 0, 1, 2].map((k) => at + k).filter((n) => lines[n] !== undefined);
    return h(
      "pre.source",
      { "aria-label": `${file}, line ${at}` },
      shown.map((n) =>
        h(n === at ? "code.here" : "code", { key: n }, `${String(n).padStart(5)}  ${lines[n]}\n`),
      ),
    );
  }
  return null;
}

// What it is about is said to those who do not see in which column it stands.
const moveOf = (label, about, key, run, more) =>
  action([label, h("span.unseen", {}, ` ${about}`)], key, run, more);

function standing(app, session, context) {
  const { graph } = session;
  const edge = session.next(context);
  const { kind, why } = statusOf(session, context);
  if (kind === "harmed")
    return h(
      "div.next.harmed",
      {},
      h("p.site", {}, `✕ ${harmWord(graph.outcome(session.state))}`),
      h("p.touch", {}, harmOf(graph, session.state)?.kind.replaceAll("-", " ")),
      source(session, context),
    );
  if (graph.ended(session.state) && kind !== "done")
    return h(
      "div.next.stopped",
      {},
      h("p.site", {}, "goes no further"),
      why && h("p.touch", {}, why),
      source(session, context),
    );
  if (kind === "done") return h("div.next.done", {}, h("p.site", {}, "returned"));
  if (kind === "blocked" || !edge)
    return h(
      "div.next.blocked",
      {},
      h("p.site", {}, "blocked"),
      h("p.touch", {}, why || "others go first"),
      source(session, context),
    );
  const name = graph.contexts[context].name;
  const key = context + 1;
  return h(
    "div.next",
    {},
    h("p.site", {}, edge.site),
    edge.touch &&
      h("p.touch", {}, `${/^(reads|writes)/.test(edge.touch) ? "" : "touches "}${edge.touch}`),
    edge.passed.length > 0 &&
      h("p.late", {}, `does not find ${storesNamed(graph, edge.passed)}: still on its way`),
    h("p.why", { title: stepTold(edge.site) }, stepTold(edge.site)),
    source(session, context, edge),
    h(
      "p.moves",
      {},
      moveOf("Step", `${name}: ${edge.site}`, String(key), () => app.step(context), {
        "data-key": `step ${context}`,
        class: "action primary",
      }),
      moveOf("Run", `${name} to where it decides something`, `⇧${key}`, () => app.run(context), {
        "data-key": `run ${context}`,
        title: "to the next step with which something can no longer happen",
      }),
      session.last?.context === context &&
        moveOf("To its end", name, "E", () => app.finish(), { "data-key": `finish ${context}` }),
    ),
  );
}

const tags = { ready: "can go on", blocked: "blocked", done: "returned", harmed: "broke it" };

export function lane(app, session, context) {
  const { graph } = session;
  const who = graph.contexts[context];
  const { kind } = statusOf(session, context);
  const mine = session.taken.flatMap((e, i) => (e.context === context ? [[e, i]] : []));
  const ahead = graph.ended(session.state)
    ? []
    : session.view.alone(session.state, context, shownAhead + 1).slice(1);
  const fresh = session.last?.context === context ? mine.at(-1)[0] : null;
  return h(
    `section.lane.tone-${context % 4}.is-${kind}`,
    { "aria-label": placeAndName(who), "data-lane": context },
    h(
      "header",
      {},
      h("b", {}, place(who)),
      who.level !== "device" && h("span.name", {}, who.name),
      h("span.level", {}, who.level),
      h("span.tag", {}, graph.ended(session.state) && kind === "ready" ? "" : tags[kind]),
    ),
    h(
      "ol.past",
      { "aria-label": "steps taken" },
      mine
        .map(([e, at], i) =>
          listed(e, () => app.jump(at + 1), "Back to here", {
            key: i,
            class: e === fresh ? "fresh" : undefined,
          }),
        )
        .slice(-shownPast),
    ),
    standing(app, session, context),
    h(
      "ol.ahead",
      {
        "aria-label": "steps that would follow, alone: run to one of them",
        tabindex: ahead.length ? 0 : undefined,
        onkeydown: arrows,
      },
      ahead.map((e, i) =>
        listed(e, () => app.runTo(context, e), "Run to here", {
          key: mine.length + 1 + i,
          "data-ahead": e.site,
        }),
      ),
    ),
  );
}
