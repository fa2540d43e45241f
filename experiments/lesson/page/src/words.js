// SPDX-License-Identifier: MIT
// What the page says about a state, a step, an end.  All of it is read off the graph.
import { plural } from "./dom.js";
import { harmClasses } from "./graph.js";
import { turningPoint } from "./session.js";
import { kindsAhead } from "./ways.js";

const harmWords = {
  crash: "crash",
  corruption: "silent corruption",
  leak: "leak",
  stall: "stall",
  none: "misuse",
};
export const harmWord = (outcome) => harmWords[outcome] ?? outcome;
const article = (outcome) =>
  `${outcome === "crash" || outcome === "leak" || outcome === "stall" ? "a " : ""}${harmWord(outcome)}`;
export const aHarm = article;
export const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);

export function place(context) {
  if (context.level === "device") return capital(context.name); // it has no CPU
  return context.name === "worker" ? `Worker · CPU ${context.cpu}` : `CPU ${context.cpu}`;
}

export const placeAndName = (context) =>
  context.level === "device" ? place(context) : `${place(context)}, ${context.name}`;

// The violation that ended a state, told in one sentence.
export function toldViolation({ kind, site, by, ended_by }) {
  const parts = [`${kind.replaceAll("-", " ")}`];
  if (by && by !== "at the end") parts.push(`by ${by}`);
  if (site && site !== "at the end") parts.push(`at “${site}”`);
  return `${parts.join(" ")}${ended_by ? `. Cause: ${ended_by}` : ""}.`;
}
export function harmOf(graph, s) {
  const outcome = graph.outcome(s);
  const list = graph.violations(s);
  return list.findLast((v) => v.class === outcome) ?? list.at(-1) ?? null;
}

// The harm that still lies ahead: the lesson's, else the worst other one; null: none.
export function harmAhead(graph, s, goal) {
  return [goal, ...harmClasses].find((o) => o && graph.distance(o)[s] > 0) ?? null;
}

// {tone: "danger"|"safe"|"neutral", mark, text, more}: the answer to "what can still happen?"
export function verdict(graph, s, goal) {
  const outcome = graph.outcome(s);
  if (outcome) return endVerdict(graph, s, outcome);
  const orders = graph.orders(s);
  const ahead = harmAhead(graph, s, goal),
    wanted = goal ?? "crash";
  // Other bugs than the one that the lesson is about are told as well.
  const others = harmClasses
    .filter((key) => key !== ahead && graph.distance(key)[s] > 0)
    .map((key) => {
      const kinds = kindsAhead(graph, key, s).join(", ").replaceAll("-", " ") || "nobody can go on";
      return `${capital(article(key))} is possible too (${kinds}).`;
    });
  const broken = graph.violations(s).map((v) => v.kind.replaceAll("-", " "));
  const more = [
    ...others,
    broken.length && `Broken so far, without harm: ${broken.join(", ")}.`,
    !graph.complete && "Not every state is in this page; this speaks of those that are.",
  ]
    .filter(Boolean)
    .join(" ");
  if (!ahead)
    return {
      tone: broken.length ? "neutral" : "safe",
      mark: broken.length ? "○" : "✓",
      text:
        wanted === "crash"
          ? "No order from here crashes."
          : `No order from here ends in ${article(wanted)}.`,
      more,
    };
  const far = graph.distance(ahead)[s];
  const first = ahead === wanted ? "" : `No order from here ends in ${article(wanted)}, but `;
  const text =
    orders[ahead] === orders.all
      ? `every order from here ends in ${article(ahead)}`
      : `${article(ahead)} is possible: ${plural(far, "step")} away`;
  return { tone: "danger", mark: "▲", text: `${first || capital(text)}${first && text}.`, more };
}

function endVerdict(graph, s, outcome) {
  if (outcome === "fine") {
    const misuse = graph.violations(s).map((v) => v.kind.replaceAll("-", " "));
    return misuse.length
      ? {
          tone: "neutral",
          mark: "○",
          text: "Finished without harm.",
          more: `A rule was broken on the way: ${misuse.join(", ")}.`,
        }
      : { tone: "safe", mark: "✓", text: "Finished. Nothing broke.", more: "" };
  }
  if (outcome === "cut")
    return { tone: "neutral", mark: "…", text: "The graph was cut here.", more: graph.raw.bound };
  const harm = harmOf(graph, s);
  return {
    tone: "harm",
    mark: "✕",
    text: `${capital(harmWord(outcome))}.`,
    more: harm ? capital(toldViolation(harm)) : "Nobody can go on.",
  };
}

// What a step was and what it decided, for the line below the verdict and for screen readers.
export function toldStep(session, goal) {
  const edge = session.last;
  const graph = session.viewAt(session.at - 1);
  const context = graph.contexts[edge.context];
  const turn = goal ? turningPoint(graph, edge, goal) : "";
  const decided = {
    averted: ` With that the last chance of ${aHarm(goal)} has passed.`,
    sealed: ` From here every order ends in ${aHarm(goal)}.`,
  };
  const site = edge.site.startsWith(`${context.name}: `)
    ? edge.site.slice(context.name.length + 2)
    : edge.site;
  const late = edge.passed.length
    ? ` ${capital(storesNamed(graph, edge.passed))} had not arrived yet.`
    : "";
  return `${placeAndName(context)}: ${site}${shownValue(edge)}.${late}${decided[turn] ?? ""}`;
}

// “put: raise busy” of CPU 1
export const storesNamed = (graph, stores) =>
  stores
    .map((s) => graph.stores[s])
    .map(({ site, context }) => `“${site}” of ${place(graph.contexts[context])}`)
    .join(" and ");
export const toldArrived = (graph, stores) =>
  `${capital(
    storesNamed(
      graph,
      stores.map(({ index }) => index),
    ),
  )}: arrived. Whoever looks from here on finds it.`;

// Whether what a step returned is something that it found, rather than a number of its own.
export const reads = (edge) => /\b(read|load|test|look up|lower|raise|drop)\b/.test(edge.site);
export const shownValue = (edge) => (reads(edge) ? ` → ${edge.value}` : "");
