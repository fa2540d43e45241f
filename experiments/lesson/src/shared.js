// SPDX-License-Identifier: MIT
// Which steps matter to somebody else: those that touch what another context may still touch
// from here on, one of the two writing.  Answered from the graph alone.

// "reads dma_sync" touches dma_sync; whatever does not begin with "reads" counts as writing.
function parse(touch) {
  const [verb, ...rest] = touch.split(" ");
  return { writes: verb !== "reads", what: rest.join(" ") };
}

class SharedTouches {
  constructor(graph) {
    this.graph = graph;
    const names = [...new Set(graph.raw.touches.map((t) => parse(t).what))].filter(Boolean);
    this.index = new Map(names.map((name, i) => [name, i]));
    this.chunks = Math.ceil((2 * names.length) / 32) || 1;
    this.parsed = new Map(graph.raw.touches.map((t) => [t, parse(t)]));
    // future[(state * contexts + context) * chunks …]: bit 2i a read of i, bit 2i+1 a write.
    const width = graph.contexts.length * this.chunks;
    this.future = new Uint32Array(graph.size * width);
    for (let i = graph.size - 1; i >= 0; i--) {
      const s = graph.order[i];
      for (const e of graph.out(s)) {
        for (let k = 0; k < width; k++) this.future[s * width + k] |= this.future[e.to * width + k];
        const bit = this.bit(e);
        if (bit >= 0) this.future[s * width + e.context * this.chunks + (bit >> 5)] |= 1 << (bit & 31);
      }
    }
  }
  bit(edge) {
    const { what, writes } = this.parsed.get(edge.touch);
    return this.index.has(what) ? 2 * this.index.get(what) + (writes ? 1 : 0) : -1;
  }
  matters(s, edge) {
    const bit = this.bit(edge);
    if (bit < 0) return false;
    const { contexts } = this.graph;
    const has = (context, b) =>
      (this.future[(s * contexts.length + context) * this.chunks + (b >> 5)] >>> (b & 31)) & 1;
    const read = bit & ~1, write = bit | 1;
    return contexts.some((_, c) => c !== edge.context && (has(c, write) || (bit === write && has(c, read))));
  }
}

const cache = new WeakMap();
export function sharedTouches(graph) {
  if (!cache.has(graph)) cache.set(graph, new SharedTouches(graph));
  return cache.get(graph);
}
