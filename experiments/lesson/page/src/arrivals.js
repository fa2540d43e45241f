// SPDX-License-Identifier: MIT
// Where memory is weak: which stores have arrived.  A store leaves its CPU's lane when the learner
// flushes it, when somebody has found it, or when the graph has no step any more that passes it over.

/**
 * The stores that have arrived after these steps; `flushes`: [{store, at}], made before step `at`.  Who
 * could have passed a store over and did not has found it.
 */
export function arrivedAfter(graph, steps, flushes = []) {
  const arrived = new Set();
  if (!graph.weak) return arrived;
  for (let at = 0; at <= steps.length; at++) {
    for (const flush of flushes) if (flush.at === at) arrived.add(flush.store);
    const edge = steps[at];
    if (!edge) break;
    for (const other of graph.out(edge.from))
      if (other.context === edge.context)
        for (const store of other.passed) if (!edge.passed.includes(store)) arrived.add(store);
  }
  return arrived;
}

// Stores in the order in which they were made: those on their way now.
export function lanesOf(session) {
  const { graph, state, taken, arrived } = session;
  const made = (store) => taken.findLastIndex((e) => e.made === store);
  return graph
    .onWay(state)
    .filter((store) => !arrived.has(store))
    .map((store) => ({ ...graph.stores[store], at: made(store) }))
    .sort((a, b) => a.at - b.at);
}

// Those that must arrive with one or before it: of the same CPU, on x86 all that it made before; else
// the older ones of the same word, which are those that a step passes over together with it.
export function flushedWith(session, store) {
  const { graph } = session;
  const fifo = graph.raw.config.memory === "tso";
  const together = (other) =>
    graph.edges.some((e) => e.passed.includes(store) && e.passed.includes(other));
  const lane = lanesOf(session);
  const one = lane.find((s) => s.index === store);
  if (!one) return [];
  return lane
    .filter((s) => s.context === one.context && s.at <= one.at)
    .filter((s) => s === one || fifo || together(s.index))
    .map((s) => s.index);
}
