// SPDX-License-Identifier: MIT
// Which steps decide something: after them something that was possible is so no longer: an end, a
// harm at a certain step, a wait of one for another.  Answered from the graph alone.

class Deciding {
  constructor(graph) {
    this.graph = graph;
    this.labels = new Map(); // what can happen -> number
    const own = Array.from({ length: graph.size }, (_, s) => this.happens(s));
    this.words = Math.ceil(this.labels.size / 32) || 1;
    this.possible = new Uint32Array(graph.size * this.words); // from here on
    for (let i = graph.size - 1; i >= 0; i--) {
      const s = graph.order[i];
      for (const bit of own[s]) this.possible[s * this.words + (bit >> 5)] |= 1 << (bit & 31);
      for (const e of graph.out(s))
        for (let k = 0; k < this.words; k++)
          this.possible[s * this.words + k] |= this.possible[e.to * this.words + k];
    }
  }
  happens(s) {
    const { graph } = this;
    const outcome = graph.outcome(s);
    if (outcome)
      return [outcome, ...graph.violations(s).map((v) => `${v.kind} at ${v.site}`)].map((l) =>
        this.number(l),
      );
    return graph.contexts.flatMap((_, c) => {
      const { kind, why } = graph.status(s, c);
      return kind === "blocked" ? [this.number(`${c} waits: ${why}`)] : [];
    });
  }
  number(label) {
    if (!this.labels.has(label)) this.labels.set(label, this.labels.size);
    return this.labels.get(label);
  }
  // Does this step lose what another first step would keep?
  decides(edge) {
    const { graph, words, possible } = this;
    for (let k = 0; k < words; k++) {
      let before = 0;
      for (const e of graph.out(edge.from)) before |= possible[e.to * words + k];
      if (before & ~possible[edge.to * words + k]) return true;
    }
    return false;
  }
}

export const decides = (graph, edge) =>
  graph.table("deciding", () => new Deciding(graph)).decides(edge);
