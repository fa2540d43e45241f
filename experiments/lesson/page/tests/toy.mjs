// SPDX-License-Identifier: MIT
// A toy with the explorer's graph format, small enough to check by hand: destroy clears the flag
// and unmaps, put reads the flag and syncs.  Variants: "unguarded", and "guarded" by a grace period.

const destroy = (guarded) => [
  { site: "destroy: drop user_cnt", touch: "writes user_cnt", do: (s) => void (s.user_cnt = 0) },
  ...(guarded
    ? [
        {
          site: "destroy: clear dma_sync",
          touch: "writes dma_sync",
          do: (s) => void (s.dma_sync = false),
        },
        {
          site: "destroy: synchronize_rcu",
          touch: "reads RCU readers",
          wait: (s) => s.reader && "the grace period: put is inside a read section",
          do: () => {},
        },
      ]
    : []),
  {
    site: "dma: unmap, clear the PTE",
    touch: "writes mapping 0",
    do: (s) => void (s.mapped = false),
  },
];
const put = (guarded) => [
  ...(guarded
    ? [{ site: "rcu_read_lock", touch: "writes RCU readers", do: (s) => void (s.reader = true) }]
    : []),
  {
    site: "put: read dma_sync",
    touch: "reads dma_sync",
    do: (s) => (s.dma_sync ? 1 : 0),
    go: (value) => (value ? 1 : 2),
  },
  {
    site: "dma: sync for device",
    touch: "reads mapping 0",
    do: (s) => void (s.mapped || (s.crashed = true)),
  },
  ...(guarded
    ? [{ site: "rcu_read_unlock", touch: "writes RCU readers", do: (s) => void (s.reader = false) }]
    : []),
  { site: "ring: publish page", touch: "writes ring", do: (s) => void (s.ring = "page 0") },
];

export function toyGraph(variant) {
  const guarded = variant === "guarded";
  const code = [destroy(guarded), put(guarded)];
  const tables = { values: [], sites: [], waits: [], touches: [] };
  const intern = (table, text) => {
    const at = tables[table].indexOf(text);
    return at >= 0 ? at : tables[table].push(text) - 1;
  };
  const facts = [
    ["pool", "dma_sync", (s) => String(s.dma_sync)],
    ["pool", "user_cnt", (s) => String(s.user_cnt)],
    ["mapping", "page 0", (s) => (s.mapped ? "mapped" : "unmapped")],
    ["ring", "slot 0", (s) => s.ring],
    ["rcu", "readers", (s) => (s.reader ? "put" : "none")],
  ];
  const start = {
    pc: [0, 0],
    dma_sync: true,
    user_cnt: 1,
    mapped: true,
    ring: "empty",
    reader: false,
    crashed: false,
  };
  const seen = new Map([[JSON.stringify(start), 0]]);
  const queue = [start];
  const states = [],
    edges = [];
  for (let at = 0; at < queue.length; at++) {
    const state = queue[at];
    const contexts = code.map((steps, c) => {
      const step = steps[state.pc[c]];
      if (!step) return [2, -1];
      const why = !state.crashed && step.wait?.(state);
      return why ? [1, intern("waits", why)] : [0, -1];
    });
    const done = contexts.every(([kind]) => kind === 2);
    states.push({
      f: facts.map(([, , read]) => intern("values", read(state))),
      c: contexts,
      v: state.crashed ? [0] : [],
      end: state.crashed ? "harm" : done ? "finished" : "",
      crash: -1,
    });
    if (state.crashed) continue;
    code.forEach((steps, c) => {
      if (contexts[c][0] !== 0) return;
      const step = steps[state.pc[c]];
      const next = { ...state, pc: [...state.pc] };
      const value = step.do(next) ?? 0;
      next.pc[c] += step.go ? step.go(value) : 1;
      const key = JSON.stringify(next);
      if (!seen.has(key)) seen.set(key, queue.push(next) - 1);
      edges.push([
        at,
        seen.get(key),
        c + 1,
        intern("sites", step.site),
        value,
        intern("touches", step.touch),
      ]);
    });
  }
  for (let s = states.length - 1, again = true; again; ) {
    again = false;
    for (s = 0; s < states.length; s++) {
      const best = states[s].v.length
        ? 0
        : Math.min(
            ...edges
              .filter((e) => e[0] === s && states[e[1]].crash >= 0)
              .map((e) => states[e[1]].crash + 1),
          );
      if (Number.isFinite(best) && best !== states[s].crash) {
        states[s].crash = best;
        again = true;
      }
    }
  }
  return {
    version: "0.1.0",
    program: "toy",
    program_help: "destroy and a put",
    variant,
    variant_help: guarded ? "flag cleared, then a grace period" : "the unmap alone",
    config: {
      iommu: "strict",
      coherent: false,
      swiotlb: false,
      dma_debug: false,
      preempt: true,
      ram_at_zero: false,
    },
    replay_head: `poolrace/0.1.0;program=toy;variant=${variant};iommu=strict;schedule=`,
    contract: "kept",
    bound: "any preemption",
    limits: { ring: 4 },
    complete: true,
    contexts: [
      { id: 1, name: "destroy", cpu: 0, level: "task" },
      { id: 2, name: "put", cpu: 1, level: "task" },
    ],
    facts: facts.map(([group, name]) => ({ group, name })),
    ...tables,
    violations: [
      {
        kind: "sync-after-unmap",
        class: "crash",
        ended_by: "destroy",
        site: "dma: sync for device",
        by: "put",
      },
    ],
    states,
    edges,
  };
}
