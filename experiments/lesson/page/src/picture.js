// SPDX-License-Identifier: MIT
// The whole in a picture: where each page is, what its address maps to, who may write it, and what
// stands in memory and in the cache.  It knows places, not variants.
import { h } from "./dom.js";

const places = [
  ["system", "buddy allocator", "whoever gets it next"],
  ["cache", "pool's cache", "nobody"],
  ["ring", "ring", "nobody"],
  ["card", "card", "the card"],
  ["stack", "stack", "the CPU that has it"],
];
const placeOfOwner = [
  [/allocator|system/, "system"],
  [/alloc cache/, "cache"],
  [/ring/, "ring"],
  [/NIC|posted|card/, "card"],
  [/./, "stack"],
];
export const placeOf = (owner) => placeOfOwner.find(([says]) => says.test(owner))[1];

const mayWrite = (place) => places.find(([name]) => name === place)[2];

function contents({ cache = "", wrote, lost }) {
  const dirty = /dirty/.test(cache);
  if (lost)
    return { memory: "old bytes, over the packet", memoryIs: "lost", held: "clean", heldIs: "" };
  const memory = wrote ? "the packet" : dirty ? "older bytes" : "the CPU's bytes";
  const held = dirty
    ? wrote
      ? "older bytes, dirty: they will land on the packet"
      : "the CPU's bytes, dirty: not in memory yet"
    : /older/.test(cache)
      ? "older bytes, clean"
      : cache === "not cached"
        ? "nothing of it"
        : "the same, clean";
  return { memory, memoryIs: wrote ? "fresh" : "", held, heldIs: dirty ? "dirty" : "" };
}

function about({ name, place, address, live, cache, wrote, lost, harmed }) {
  const { memory, memoryIs, held, heldIs } = contents({ cache, wrote, lost });
  const maps = live ? `${address} → ${name}` : `${address} → nothing`;
  const row = (what, text, is) =>
    h("div", { class: is || undefined }, h("dt", {}, what), h("dd", {}, text));
  return h(
    "dl.about",
    { "aria-label": name },
    row("maps", maps, !live && place !== "system" ? "gone" : harmed ? "lost" : ""),
    row("may write", mayWrite(place)),
    cache && row("memory", memory, memoryIs),
    cache && row("cache", held, heldIs),
  );
}

// pages: [{name, place, address, live, cache, wrote, lost}]
export function picture(pages) {
  if (!pages.length) return null;
  return h(
    "figure.picture",
    { "aria-label": "where the page is" },
    h(
      "ol.places",
      {},
      places.map(([place, label]) =>
        h(
          "li",
          { class: pages.some((p) => p.place === place) ? "here" : undefined },
          h("span", {}, label),
          pages
            .filter((p) => p.place === place)
            .map((p) => h("b.token", { key: p.name, "data-token": p.name }, p.name)),
        ),
      ),
    ),
    h("div.abouts", {}, pages.map(about)),
  );
}

// The pages of a state of the graph, as its facts tell them.
export function pagesOf(session) {
  const { graph, state, taken } = session;
  const groups = new Map();
  for (const { group, name, value } of graph.facts(state)) {
    if (!group.startsWith("page ")) continue;
    if (!groups.has(group)) groups.set(group, {});
    groups.get(group)[name] = value;
  }
  const wrote = taken.some((e) => e.site.startsWith("device: write"));
  const lost = graph.violations(state).some((v) => v.kind === "payload-corruption");
  return [...groups]
    .filter(([, facts]) => facts.owner !== undefined)
    .map(([name, facts]) => ({
      name,
      place: placeOf(facts.owner),
      address: facts.dma_addr && facts.dma_addr !== "0x0" ? facts.dma_addr : "no address",
      live: /^live/.test(facts.mapping ?? ""),
      cache: facts.cache,
      wrote,
      lost,
    }));
}
