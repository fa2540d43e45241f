// SPDX-License-Identifier: MIT
// What ways through a graph show: the one that shows the race, and which kinds of harm lie ahead.

// How many steps a context, alone, is from an end with this outcome; 0: alone it does not end so.
function tails(graph, outcome) {
  return graph.table(`tails ${outcome}`, () => {
    const width = graph.contexts.length,
      tail = new Uint16Array(graph.size * width);
    for (let i = graph.size - 1; i >= 0; i--)
      for (const e of graph.out(graph.order[i])) {
        const rest = tail[e.to * width + e.context];
        const steps = graph.outcome(e.to) === outcome ? 1 : rest && rest + 1;
        const known = tail[e.from * width + e.context]; // by another way of the same step
        if (steps && (!known || steps < known)) tail[e.from * width + e.context] = steps;
      }
    return tail;
  });
}

// Those steps.
function tailOf(graph, outcome, s, context) {
  const tail = tails(graph, outcome),
    width = graph.contexts.length,
    way = [];
  for (let left = tail[s * width + context]; left > 0; left--) {
    const reaches = (e) =>
      left === 1 ? graph.outcome(e.to) === outcome : tail[e.to * width + context] === left - 1;
    way.push(graph.out(s).find((e) => e.context === context && reaches(e)));
    s = way.at(-1).to;
  }
  return way;
}

// Least steps from s to each state; -1: not from here.
function leastFrom(graph, s) {
  const least = new Int32Array(graph.size).fill(-1);
  least[s] = 0;
  for (const at of graph.order)
    if (least[at] >= 0)
      for (const e of graph.out(at))
        if (least[e.to] < 0 || least[at] + 1 < least[e.to]) least[e.to] = least[at] + 1;
  return least;
}

// A shortest way from s that ends with `last`; who takes it takes the steps before it as well, if
// that costs nothing.
function backTo(graph, s, last, least) {
  const incoming = graph.table("incoming", () => {
    const lists = Array.from({ length: graph.size }, () => []);
    for (const e of graph.edges) lists[e.to].push(e);
    return lists;
  });
  const way = [last];
  while (way[0].from !== s) {
    const good = incoming[way[0].from].filter(
      (e) => least[e.from] >= 0 && least[e.from] === least[e.to] - 1,
    );
    way.unshift(good.find((e) => e.context === way[0].context) ?? good[0]);
  }
  return way;
}

// The steps of a way to an outcome that shows the race: whoever breaks it stands as near to the
// fatal step as can be when another takes the last step before.  Of these a shortest; null if
// nobody else plays a part.
export function raceTo(graph, outcome, s) {
  const width = graph.contexts.length,
    tail = tails(graph, outcome),
    least = leastFrom(graph, s);
  let best = null;
  for (const last of graph.edges) {
    if (least[last.from] < 0) continue;
    const steps = least[last.from] + 1;
    for (let by = 0; by < width; by++) {
      const rest = tail[last.to * width + by];
      if (!rest || by === last.context) continue;
      if (!best || rest < best.rest || (rest === best.rest && steps < best.steps))
        best = { last, by, rest, steps };
    }
  }
  return (
    best && [
      ...backTo(graph, s, best.last, least),
      ...tailOf(graph, outcome, best.last.to, best.by),
    ]
  );
}

// Which kinds of violation the ends with this outcome have, of those that can still be reached.
export function kindsAhead(graph, outcome, s) {
  const { names, bits } = graph.table(`kinds ${outcome}`, () => {
    const found = [],
      ahead = new Uint32Array(graph.size);
    for (let i = graph.size - 1; i >= 0; i--) {
      const at = graph.order[i];
      for (const e of graph.out(at)) ahead[at] |= ahead[e.to];
      if (graph.outcome(at) !== outcome) continue;
      for (const { kind, class: harm } of graph.violations(at)) {
        if (harm !== outcome) continue;
        if (!found.includes(kind)) found.push(kind);
        ahead[at] |= 1 << found.indexOf(kind);
      }
    }
    return { names: found, bits: ahead };
  });
  return names.filter((_, i) => bits[s] & (1 << i));
}
