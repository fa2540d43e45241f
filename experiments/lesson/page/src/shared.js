// SPDX-License-Identifier: MIT
// Which steps matter to somebody else: two steps depend on each other where, in some state in which
// both can be taken, it makes a difference who goes first.  Answered from the graph alone.

class SharedSteps {
  constructor(graph) {
    this.graph = graph;
    const labels = new Map(); // "context/site" -> number
    this.label = graph.edges.map((e) => {
      const key = `${e.context}/${e.site}`;
      if (!labels.has(key)) labels.set(key, labels.size);
      return labels.get(key);
    });
    this.words = Math.ceil(labels.size / 32) || 1;
    this.dependent = new Uint32Array(labels.size * this.words);
    this.future = new Uint32Array(graph.size * this.words); // labels that some order still takes
    for (let i = graph.size - 1; i >= 0; i--) this.visit(graph.order[i]);
  }
  visit(s) {
    const { graph, words, future } = this;
    const out = graph.out(s);
    for (const e of out) {
      for (let k = 0; k < words; k++) future[s * words + k] |= future[e.to * words + k];
      this.set(future, s, this.label[e.index]);
    }
    for (const a of out)
      for (const b of out)
        if (a.context !== b.context && !this.commute(a, b))
          this.set(this.dependent, this.label[a.index], this.label[b.index]);
    // A step that lets another go on concerns the steps of that one.
    for (const a of out)
      graph.contexts.forEach((_, c) => {
        if (c === a.context || graph.status(s, c).kind !== "blocked") return;
        const freed = graph.next(a.to, c);
        if (freed) this.set(this.dependent, this.label[a.index], this.label[freed.index]);
      });
  }
  set(bits, row, bit) {
    bits[row * this.words + (bit >> 5)] |= 1 << (bit & 31);
  }
  // Either order ends in the same state, each step the same.
  commute(a, b) {
    const { graph } = this;
    if (graph.ended(a.to)) return true; // nothing comes after it: the other order says
    const ab = graph.next(a.to, b.context);
    if (!ab || ab.site !== b.site || ab.value !== b.value) return false;
    if (graph.ended(b.to)) return false;
    const ba = graph.next(b.to, a.context);
    return Boolean(ba) && ba.site === a.site && ba.value === a.value && ab.to === ba.to;
  }
  matters(s, edge) {
    const row = this.label[edge.index];
    for (let k = 0; k < this.words; k++)
      if (this.dependent[row * this.words + k] & this.future[s * this.words + k]) return true;
    return false;
  }
}

const cache = new WeakMap();
export function sharedSteps(graph) {
  if (!cache.has(graph)) cache.set(graph, new SharedSteps(graph));
  return cache.get(graph);
}
