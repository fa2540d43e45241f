// SPDX-License-Identifier: MIT
// Where the other variant parts from a fatal way, and why.  What it says is found in the two graphs:
// who is blocked and on what, which value was found, which step came earlier, which facts differ.

import { counterpart, follow, stillComes } from "./follow.js";
import { harmClasses } from "./graph.js";

// The step that decided that the fatal one does not come any more: wherever that context finds this
// value there, the fatal step is over; with another value it still can come.
function decider(there, other, fatal) {
  const own = other.taken.filter((e) => e.context === fatal.context);
  const chain = [...own, ...there.alone(other.state, fatal.context)];
  for (const step of chain) {
    if (stillComes(there, step.to, fatal)) continue;
    const alike = there.edges.filter((e) => e.context === step.context && e.site === step.site);
    if (alike.some((e) => e.value === step.value && stillComes(there, e.to, fatal))) continue;
    const otherwise = alike.find((e) => e.value !== step.value && stillComes(there, e.to, fatal));
    if (otherwise) return { theirs: step, otherwise: otherwise.value };
  }
  return null;
}

// The fatal step itself was taken, harmlessly, before something that comes first on the fatal way.
function earlier(rows, fatal) {
  const at = rows.findIndex(
    (r) =>
      r.theirs &&
      r.kind === "extra" &&
      r.theirs.context === fatal.context &&
      r.theirs.site === fatal.site,
  );
  const next =
    at < 0
      ? null
      : rows.slice(at).find((r) => r.mine && r.theirs && r.theirs.context === fatal.context);
  return next ? { row: at, before: next.theirs } : null;
}

// What the fatal step found here and there: facts of equal name that differ just before it.
function differingFacts(graph, steps, there, other) {
  if (!steps.length || !other.last) return [];
  const before = new Map(graph.facts(steps.at(-1).from).map((f) => [`${f.group}/${f.name}`, f]));
  return there
    .facts(other.last.from)
    .map((f) => ({ ...f, here: before.get(`${f.group}/${f.name}`)?.value }))
    .filter((f) => f.here !== undefined && f.here !== f.value);
}

/**
 * {rows, other, refusal, safe, row, kind, …}; `row` is where it happens, `safe` that no order from
 * where the other variant then stands ends in `outcome`.  Kinds: "fatal" (there too); "broken" (there
 * another harm came first); "refused"; "harmless" {facts}: it took the fatal step too; "earlier"
 * {before}; "missing" {cause: another value was found where both look, or decider: where only the
 * other looks, or neither}.
 */
export function parting(graph, steps, there, outcome) {
  const followed = follow(graph, steps, there);
  const { rows, other } = followed;
  const base = { ...followed, safe: other.view.distance(outcome)[other.state] < 0 };
  const theirs = there.outcome(other.state);
  if (theirs === outcome)
    return { ...base, kind: "fatal", row: rows.findLastIndex((r) => r.theirs) };
  if (harmClasses.includes(theirs))
    return { ...base, kind: "broken", row: rows.findLastIndex((r) => r.theirs) };
  if (followed.refusal)
    return { ...base, kind: "refused", row: rows.findIndex((r) => r.kind === "refused") };
  const last = rows.findLastIndex((r) => r.mine);
  if (last < 0 || rows[last].theirs)
    return {
      ...base,
      kind: "harmless",
      row: last,
      facts: differingFacts(graph, steps, there, other),
    };
  const { mine } = rows[last];
  const fatal = { context: counterpart(graph, there, mine.context), site: mine.site };
  const sooner = earlier(rows, fatal);
  if (sooner) return { ...base, kind: "earlier", ...sooner };
  const cause = rows[last].cause ?? followed.differing.get(mine.context);
  if (cause)
    return {
      ...base,
      kind: "missing",
      cause,
      row: rows.findIndex((r) => r.theirs === cause.theirs),
    };
  const decided = decider(there, other, fatal);
  const chain = decided ? there.alone(other.state, fatal.context) : [];
  const ahead = chain
    .slice(0, chain.indexOf(decided?.theirs) + 1)
    .map((step) => ({ theirs: step, kind: "ahead" }));
  const row = ahead.length
    ? rows.length + ahead.length - 1
    : decided
      ? rows.findIndex((r) => r.theirs === decided.theirs)
      : last;
  return { ...base, rows: [...rows, ...ahead], kind: "missing", decider: decided, row };
}
