// SPDX-License-Identifier: MIT
// The other half of pack_graph() (experiments/lesson/page.cpp): a packed graph as the explorer
// prints it, but with what steps returned as text.
export function unpack(packed) {
  if (packed.states) return packed; // never packed
  const { rows, standings, sets, ends, labels, start, stores } = packed;
  const states = [],
    edges = [],
    returned = [];
  const place = new Map();
  const returnedId = (text) => {
    if (!place.has(text)) place.set(text, returned.push(text) - 1);
    return place.get(text);
  };
  for (let at = 0, s = 0; at < rows.length; s++) {
    const end = at + 1 + rows[at];
    let i = at + 1;
    const state = { c: standings[rows[i++]], v: sets[rows[i++]], end: ends[rows[i++]] };
    if (stores) state.on_way = sets[rows[i++]];
    for (let n = rows[i++]; n > 0; n--, i += 3) {
      const [site, value, touch, ...weak] = labels[rows[i + 2]];
      edges.push([s, s + rows[i], rows[i + 1], site, returnedId(value), touch, ...weak]);
    }
    const base = s - rows[i++];
    const f = s === 0 ? start.slice() : states[base].f.slice();
    for (; i < end; i += 2) f[rows[i]] = rows[i + 1];
    state.f = f;
    states.push(state);
    at = end;
  }
  return { ...packed, states, edges, returned };
}
