// SPDX-License-Identifier: MIT
// Measure: what `poolrace compare` said at a few loads when the page was made: how often it crashes,
// with intervals, and what it costs.
import { h } from "./dom.js";
import { difference, ns, share, time } from "./numbers.js";

function interval(r) {
  const said = r.probability === 0 ? `none (below ${share(r.high)})` : share(r.probability);
  return h(
    "div.interval",
    {},
    h(
      "div.scale",
      { "aria-hidden": "true" },
      h("i.range", {
        style: `left:${100 * r.low}%;width:${Math.max(0.6, 100 * (r.high - r.low))}%`,
      }),
      h("i.point", { style: `left:${100 * r.probability}%` }),
    ),
    h("b", {}, said),
    h("small", {}, `${r.crashed_runs} of ${r.runs}; 95\u00a0%: ${share(r.low)} – ${share(r.high)}`),
  );
}

function row(load, r, { cost }) {
  const delta = cost.paired_delta_ns_per_packet;
  const broke = Object.entries(r.kinds)
    .filter(([, k]) => k.harm_runs)
    .map(([kind, k]) => {
      const { before_unmap, after_unmap } = k.put_began;
      return `${kind.replaceAll("-", " ")} ${k.harm_runs}${before_unmap ? ` (put began before the unmap ${before_unmap}, after it ${after_unmap})` : after_unmap ? " (the put began after the unmap)" : ""}`;
    });
  const silent = r.corrupted_runs ? `${r.corrupted_runs} of ${r.runs}` : "none";
  return h(
    "tr",
    {},
    h("td", {}, `${load} Mpps`),
    h("td", {}, interval(r), broke.length > 0 && h("small.broke", {}, broke.join(", "))),
    h("td", {}, silent),
    h(
      "td",
      {},
      time(r.teardown_us?.median),
      r.teardown_us &&
        r.teardown_us.runs < r.runs &&
        h("small.broke", {}, `of the ${r.teardown_us.runs} in which destroy was through`),
    ),
    h("td", {}, ns(cost.guard_ns_per_packet)),
    h("td", {}, ns(cost.sync_ns_per_packet)),
    h("td", {}, delta && delta.versus !== r.variant ? difference(delta) : "—"),
  );
}

export function measure(app) {
  const m = app.measured;
  const variants = m.loads[0].results.map((r) => r.variant);
  const of = (results, variant) => results.find((r) => r.variant === variant);
  return [
    h(
      "article.measure",
      {},
      h("h2", {}, `How likely, and what it costs: ${m.scenario} on ${m.profile}`),
      h(
        "p",
        {},
        `${m.runs} simulated teardowns for each variant and load; every variant sees the same traffic. A row says how often a teardown crashed, with its 95\u00a0% interval; “none (below …)” is an upper bound, no proof. A teardown may crash after destroy is through, when a page comes back late: so those that crash and those in which destroy was through overlap. What a packet costs is measured without the teardown: sync is the cleaning of cache lines, guard the test of dma_sync and the RCU section around it, and the last column all of the CPU time beside ${variants[0]}'s, run by run.`,
      ),
      variants.map((variant) =>
        h(
          "section",
          {},
          h("h3", {}, variant),
          h(
            "div.wide-table",
            { tabindex: 0, role: "region", "aria-label": `measured: ${variant}` },
            h(
              "table",
              {},
              h(
                "thead",
                {},
                h(
                  "tr",
                  {},
                  [
                    "load",
                    "teardowns that crash",
                    "corrupt silently",
                    "teardown, median",
                    "guard / packet",
                    "sync / packet",
                    `more CPU / packet than ${variants[0]} (95 %)`,
                  ].map((t) => h("th", { scope: "col" }, t)),
                ),
              ),
              h(
                "tbody",
                {},
                m.loads.map((l) => row(l.load_mpps, of(l.results, variant), of(l.costs, variant))),
              ),
            ),
          ),
        ),
      ),
      h(
        "p.fine",
        {},
        `This is the machine of ${m.profile}, not the small program of the other tabs. The first row again; for the costs add --set teardown=none: `,
        h(
          "code",
          {},
          `poolrace compare ${m.scenario} --profile ${m.profile} --variant ${variants.join(",")} --runs ${m.runs}${m.options} --set load_mpps=${m.loads[0].load_mpps}`,
        ),
      ),
    ),
  ];
}
