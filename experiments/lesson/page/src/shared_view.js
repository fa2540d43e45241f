// SPDX-License-Identifier: MIT
// The shared state in the middle, grouped; what the last step changed stands out.
import { h } from "./dom.js";
import { pagesOf, picture } from "./picture.js";
import { withTerms } from "./terms.js";
import { capital } from "./words.js";

// Two columns of about equal length; which group stands where does not depend on the values.
function columns(groups) {
  const heights = groups.map(([, facts]) => facts.length + 2);
  const sum = (list) => list.reduce((a, b) => a + b, 0);
  const cut = groups
    .map((_, i) => i + 1)
    .reduce(
      (best, i) =>
        Math.max(sum(heights.slice(0, i)), sum(heights.slice(i))) <
        Math.max(sum(heights.slice(0, best)), sum(heights.slice(best)))
          ? i
          : best,
      1,
    );
  return [groups.slice(0, cut), groups.slice(cut)];
}

export function sharedState(session, { all, toggle, varying }) {
  const { graph } = session;
  const before = session.at ? session.previous : session.state;
  const groups = new Map();
  let hidden = 0;
  graph.columns.forEach(({ group, name }, k) => {
    if (!all && !varying.has(`${group}/${name}`)) {
      hidden++;
      return;
    }
    if (!groups.has(group)) groups.set(group, []);
    groups
      .get(group)
      .push({ name, value: graph.value(session.state, k), old: graph.value(before, k) });
  });
  return h(
    "section.shared",
    { "aria-label": "shared state" },
    picture(pagesOf(session)),
    h(
      "div.groups",
      { tabindex: 0, role: "group", "aria-label": "its words", "data-scrolls": true },
      columns([...groups]).map((list) =>
        h(
          "div",
          {},
          list.map(([group, facts]) =>
            h(
              "section.group",
              { "data-group": group },
              h("h3", {}, capital(group)),
              h(
                "dl",
                {},
                facts.map(({ name, value, old }) =>
                  h(
                    "div.fact",
                    value === old ? {} : { class: "fact changed" },
                    h("dt", {}, withTerms(name, new Set())),
                    h(
                      "dd",
                      {},
                      value !== old && h("s", { "aria-label": `was ${old}` }, old),
                      h("span", {}, value),
                    ),
                  ),
                ),
              ),
            ),
          ),
        ),
      ),
    ),
    (hidden > 0 || all) &&
      h(
        "p.hidden-facts",
        {},
        h(
          "button.plain",
          { type: "button", "data-key": "all facts", onclick: toggle },
          all ? "hide what never changes" : `${hidden} more that never change`,
        ),
        h("kbd", { "aria-hidden": "true" }, "F"),
      ),
  );
}
