// SPDX-License-Identifier: MIT
// Where memory is weak: the stores of a CPU that are on their way, as a lane of their own.  Others may
// still find what was there before, until the learner flushes a store or the machine makes it arrive.
import { lanesOf } from "./arrivals.js";
import { action, h } from "./dom.js";
import { place } from "./words.js";

// What this CPU made that no step ahead can pass over, so that it need not be flushed: the last such.
function arrivedLast(session, context) {
  const { graph, taken, state } = session;
  const last = taken.findLast((e) => e.context === context && e.made >= 0);
  return last && !graph.onWay(state).includes(last.made) ? graph.stores[last.made] : null;
}

export function storeLane(app, session, context) {
  const { graph } = session;
  if (!graph.stores.some((store) => store.context === context)) return null;
  const all = lanesOf(session);
  const mine = all.filter((store) => store.context === context);
  const arrived = mine.length ? null : arrivedLast(session, context);
  const who = place(graph.contexts[context]);
  return h(
    `section.stores.tone-${context % 4}`,
    { "aria-label": `stores of ${who} on their way`, "data-stores": context, key: `s${context}` },
    h("h3", {}, `on its way from ${who}`),
    mine.length > 0 &&
      h(
        "ol",
        {},
        mine.map((store) =>
          h(
            "li",
            { key: store.index },
            h("span.site", {}, store.site),
            action(
              ["Flush", h("span.unseen", {}, ` ${store.site} of ${who}`)],
              store === all[0] ? "D" : "",
              () => app.flush(store.index),
              { "data-key": `flush ${store.index}`, title: "it arrives: all find it from here on" },
            ),
          ),
        ),
      ),
    mine.length === 0 &&
      h("p", {}, arrived ? `nothing: nobody can miss “${arrived.site}” any more` : "nothing"),
  );
}
