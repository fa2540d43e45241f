// SPDX-License-Identifier: MIT
// The same choices under another variant.  A choice is "this context takes its step SITE"; the
// other variant may have steps of its own before it, or may not have it at all.  Following stops
// where the other variant refuses: its context is blocked.  Nothing here knows what a fix is: all
// that is said comes from the two graphs.
import { arrivedAfter } from "./arrivals.js";
import { Session } from "./session.js";

// How well two steps correspond: the same site, and better if they touch the same.
const likeness = (a, b) => (a.site !== b.site ? 0 : a.touch === b.touch ? 3 : 1);

// The heaviest common subsequence tells which step corresponds to which: how many to pass over in
// the one and in the other until both do the same for the first time; null: never.
function resynchronise(mine, theirs) {
  const width = theirs.length + 1;
  const common = new Uint16Array((mine.length + 1) * width);
  for (let i = mine.length - 1; i >= 0; i--)
    for (let j = theirs.length - 1; j >= 0; j--) {
      const like = likeness(mine[i], theirs[j]);
      const both = like ? like + common[(i + 1) * width + j + 1] : 0;
      common[i * width + j] = Math.max(
        both,
        common[(i + 1) * width + j],
        common[i * width + j + 1],
      );
    }
  if (!common[0]) return null;
  for (let i = 0, j = 0; ; ) {
    const here = common[i * width + j];
    const like = likeness(mine[i], theirs[j]);
    if (like && like + common[(i + 1) * width + j + 1] === here) return { skipped: i, extra: j };
    if (common[i * width + j + 1] === here) j++;
    else i++;
  }
}

// Does some order from here take a step of this context at this site at all?
export function stillComes(graph, state, { context, site }) {
  const comes = graph.table(`comes ${context} ${site}`, () => {
    const bits = new Uint8Array(graph.size);
    for (let i = graph.size - 1; i >= 0; i--) {
      const s = graph.order[i];
      for (const e of graph.out(s))
        if ((e.context === context && e.site === site) || bits[e.to]) bits[s] = 1;
    }
    return bits;
  });
  return comes[state] === 1;
}

// The place of a context in the other graph, which may have more of them; -1: it has none such.
export function counterpart(graph, there, context) {
  const { name } = graph.contexts[context];
  return there.contexts[context]?.name === name
    ? context
    : there.contexts.findIndex((c) => c.name === name);
}

// What has arrived here has arrived there too: the same store, by who made it, at which site.
function arrivedThere(graph, steps, there) {
  if (!graph.weak) return new Set(there.stores.map(({ index }) => index)); // here they all do, at once
  const arrived = [...arrivedAfter(graph, steps)].map((store) => graph.stores[store]);
  const same = (mine, theirs) =>
    mine.site === theirs.site && counterpart(graph, there, mine.context) === theirs.context;
  return new Set(
    there.stores.filter((s) => arrived.some((mine) => same(mine, s))).map(({ index }) => index),
  );
}

/**
 * Rows {mine, theirs, kind} and where the other graph stands in the end.  Kinds: "same";
 * "differs" (the same step, another value); "extra" (theirs alone); "missing" (mine alone, with
 * `why`); "refused" (theirs is blocked, with `why`); "beyond" (not tried any more).
 */
export function follow(graph, steps, there) {
  const other = new Session(there);
  const rows = [];
  const differing = new Map(); // context -> the last read that gave it another value
  let refusal = null;
  for (let at = 0; at < steps.length; at++) {
    const mine = steps[at],
      { context } = mine;
    other.elsewhere = arrivedThere(graph, steps.slice(0, at + 1), there);
    if (refusal || there.ended(other.state)) {
      rows.push({ mine, kind: "beyond" });
      continue;
    }
    const theirContext = counterpart(graph, there, context);
    const ahead = [
      ...steps.slice(at).filter((e) => e.context === context),
      ...graph.alone(steps.at(-1).to, context),
    ];
    const theirs = other.view.alone(other.state, theirContext);
    const match = resynchronise(ahead, theirs);
    const takes = match && match.skipped === 0 ? match.extra + 1 : 0;
    for (let k = 0; k < takes; k++) {
      other.step(theirContext);
      const step = other.last;
      const last = k === takes - 1;
      if (!last) rows.push({ theirs: step, kind: "extra" });
      else if (step.value === mine.value) rows.push({ mine, theirs: step, kind: "same" });
      else {
        differing.set(context, { mine, theirs: step });
        rows.push({ mine, theirs: step, kind: "differs" });
      }
    }
    if (takes) continue;
    const stuck = theirContext < 0 ? "" : blockedOn(there, other.state, theirContext, theirs);
    if (
      stuck &&
      stillComes(there, theirs.at(-1)?.to ?? other.state, {
        context: theirContext,
        site: mine.site,
      })
    ) {
      for (const step of theirs) {
        other.step(theirContext);
        rows.push({ theirs: step, kind: "extra" });
      }
      refusal = { mine, why: stuck, at: other.at };
      rows.push({ mine, kind: "refused", why: stuck });
    } else {
      rows.push({ mine, kind: "missing", cause: differing.get(context) ?? null });
    }
  }
  return { rows, other, refusal, differing };
}

function blockedOn(there, state, context, steps) {
  const end = steps.length ? steps.at(-1).to : state;
  const { kind, why } = there.status(end, context);
  return kind === "blocked" ? why : "";
}
