// SPDX-License-Identifier: MIT
// What the page says about a state, a step, an end.  All of it is read off the graph.
import { count, plural } from "./dom.js";
import { turningPoint } from "./session.js";
import { kindsAhead } from "./ways.js";

const harmWords = { crash: "crash", corruption: "silent corruption", leak: "leak", stall: "stall" };
export const harmWord = (outcome) => harmWords[outcome] ?? outcome;
const article = (outcome) => `${outcome === "crash" || outcome === "leak" || outcome === "stall" ? "a " : ""}${harmWord(outcome)}`;
export const aHarm = article;
export const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);

export function place(context) {
  if (context.level === "device") return capital(context.name); // it has no CPU
  return context.name === "worker" ? `Worker · CPU ${context.cpu}` : `CPU ${context.cpu}`;
}

export const placeAndName = (context) => (context.level === "device" ? place(context) : `${place(context)}, ${context.name}`);

// The violation that ended a state, told in one sentence.
export function toldViolation({ kind, site, by, ended_by }) {
  const parts = [`${kind.replaceAll("-", " ")}`];
  if (by) parts.push(`by ${by}`);
  if (site) parts.push(`at “${site}”`);
  return parts.join(" ") + (ended_by ? `. Cause: ${ended_by}` : "") + ".";
}
export function harmOf(graph, s) {
  const outcome = graph.outcome(s);
  const list = graph.violations(s);
  return list.findLast((v) => v.class === outcome) ?? list.at(-1) ?? null;
}

// {tone: "danger"|"safe"|"neutral", mark, text, more}: the answer to "what can still happen?"
export function verdict(graph, s, goal) {
  const outcome = graph.outcome(s);
  if (outcome) return endVerdict(graph, s, outcome);
  const orders = graph.orders(s);
  const bound = graph.complete ? "" : " Not every state is in this page; this speaks of those that are.";
  const others = Object.entries(orders)
    .filter(([key, n]) => harmWords[key] && key !== goal && n > 0n)
    .map(([key, n]) => `${count(n)} end in ${article(key)} (${kindsAhead(graph, key, s).join(", ").replaceAll("-", " ") || "nobody can go on"})`).join(", ");
  const more = (others ? `${capital(others)}.` : "") + bound; // another bug than the one that the lesson is about
  const far = goal ? graph.distance(goal)[s] : -1;
  if (far < 0) {
    const none = goal ?? "crash";
    return others
      ? { tone: "neutral", mark: "○", text: `No order from here ends in ${article(none)}.`, more }
      : { tone: "safe", mark: "✓", text: none === "crash" ? "No order from here crashes." : `No order from here ends in ${article(none)}.`, more };
  }
  const all = orders[goal] === orders.all;
  return {
    tone: "danger", mark: "▲",
    text: all ? `Every order from here ends in ${article(goal)}.` : `${capital(article(goal))} is possible: ${plural(far, "step")} away.`, more,
  };
}

function endVerdict(graph, s, outcome) {
  if (outcome === "fine") {
    const misuse = graph.violations(s).map((v) => v.kind.replaceAll("-", " "));
    return misuse.length
      ? { tone: "neutral", mark: "○", text: "Finished without harm.", more: `A rule was broken on the way: ${misuse.join(", ")}.` }
      : { tone: "safe", mark: "✓", text: "Finished. Nothing broke.", more: "" };
  }
  if (outcome === "cut") return { tone: "neutral", mark: "…", text: "The graph was cut here.", more: graph.raw.bound };
  const harm = harmOf(graph, s);
  return { tone: "harm", mark: "✕", text: `${capital(harmWord(outcome))}.`, more: harm ? capital(toldViolation(harm)) : "Nobody can go on." };
}

// What a step was and what it decided, for the line below the verdict and for screen readers.
export function toldStep(graph, edge, goal) {
  const context = graph.contexts[edge.context];
  const turn = goal ? turningPoint(graph, edge, goal) : "";
  const decided = { averted: ` With that the last chance of ${aHarm(goal)} has passed.`, sealed: ` From here every order ends in ${aHarm(goal)}.` };
  return `${placeAndName(context)}: ${edge.site}${shownValue(edge)}.${decided[turn] ?? ""}`;
}

// Whether what a step returned is something that it found, rather than a number of its own.
export const reads = (edge) => /\b(read|load|test|look up|lower|raise|drop)\b/.test(edge.site);
export const shownValue = (edge) => (reads(edge) ? ` → ${edge.value}` : "");
