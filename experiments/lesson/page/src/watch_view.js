// SPDX-License-Identifier: MIT
// Watch, as it is drawn: what the step is, the timeline, the picture, the steps around, the player.
import { action, h } from "./dom.js";
import { picture } from "./picture.js";
import { player } from "./player.js";
import { stepTold } from "./steps_told.js";
import { timeline } from "./timeline.js";

const shownAround = 5; // steps in the list
const followable = 12; // pages in the list: those one can see

// The steps along the way, around the one that one stands on.
function around(watch) {
  const { recording, way, along } = watch;
  const zero = recording.violation?.at ?? 0;
  const from = Math.max(0, Math.min(along - 2, way.length - shownAround));
  return h(
    "ol.around",
    { "aria-label": "steps around this one" },
    way.slice(from, from + shownAround).map((i) => {
      const step = recording.steps[i];
      return h(
        "li",
        { key: i, "aria-current": i === watch.at ? "step" : undefined },
        h(
          "button.row",
          { type: "button", tabindex: -1, onclick: () => watch.stand(i) },
          h("span.site", {}, `${step.context ? `${step.context}: ` : ""}${step.name}`),
          h("span.value", {}, `${(step.at - zero).toFixed(3)} µs`.replace("-", "−")),
        ),
      );
    }),
  );
}

function choices(watch) {
  const { recording, from, to } = watch;
  const seen = recording.trips.filter((p) => p.to >= from && p.from <= to);
  const first = [watch.followed, recording.broken, recording.longest].filter(Boolean);
  return [...new Set([...first, ...seen])].slice(0, followable);
}

function details(watch) {
  const { step } = watch,
    { about, violation } = watch.recording;
  const parts = [];
  if (step?.kind === "violation")
    parts.push(
      `${step.args.context} at “${step.args.site}”${step.args.ended_by ? `; cause: ${step.args.ended_by}` : ""}`,
    );
  if (step) parts.push(`at ${step.at.toFixed(3)} µs`);
  const apart = violation ? step.at - violation.at : 0;
  if (apart)
    parts.push(`${Math.abs(apart).toFixed(3)} µs ${apart < 0 ? "before" : "after"} the violation`);
  return `${parts.join(", ")} · ${about.scenario} on ${about.profile}, ${about.variant}`;
}

export function watchView(watch) {
  const { recording, step } = watch;
  const { violation } = recording;
  const counts = ["pages in flight", "with the stack", "dma_sync"]
    .map((name) => [name, step && recording.counted(name, step.at)])
    .filter(([, v]) => v !== undefined);
  const broke = step?.kind === "violation";
  return [
    h(
      `section.verdict.${broke ? "harm" : "neutral"}`,
      { "aria-label": "the step" },
      h(
        "div.say",
        {},
        h("h2", {}, broke && h("span.mark", { "aria-hidden": "true" }, "✕"), watch.told()),
        h("p.story", {}, details(watch)),
      ),
      h(
        "dl.orders.wide",
        {},
        counts.map(([name, v]) => h("div", {}, h("dt", {}, name), h("dd", {}, v))),
      ),
    ),
    h("div.timeline", { tabindex: 0, role: "region", "aria-label": "timeline" }, timeline(watch)),
    h(
      "div.lower",
      {},
      h("div", {}, picture(watch.pages()), h("p.why", {}, stepTold(step?.name ?? ""))),
      around(watch),
    ),
    h(
      "div.below",
      {},
      player({
        at: watch.along,
        most: Math.max(0, watch.way.length - 1),
        go: (along) => watch.stand(watch.way[along]),
        playing: watch.playing,
        toggle: () => watch.toggle(),
        speed: watch.speed,
        setSpeed: (speed) => {
          watch.speed = speed;
          watch.draw();
        },
        what: "step of the run",
        again: true,
      }),
      h(
        "div.actions",
        { role: "toolbar", "aria-label": "moves" },
        action("Back", "←", () => watch.move(-1)),
        action("On", "→", () => watch.move(1)),
        action("First", "Home", () => watch.move(-Infinity)),
        violation &&
          action("To the violation", "End", () => watch.stand(recording.steps.indexOf(violation))),
        action("Zoom in", "+", () => watch.zoomKey("+")),
        action("Zoom out", "−", () => watch.zoomKey("-")),
        action("All of it", "0", () => watch.zoomKey("0")),
        watch.replay && action("Copy replay", "Y", () => watch.copy(watch.replay)),
        h(
          "label.follow",
          {},
          "Follow ",
          h(
            "select",
            {
              "data-key": "follow",
              "aria-label": "follow one page",
              onchange: (e) => watch.follow(recording.trips[e.target.value] ?? null),
            },
            h("option", { value: "" }, "every page"),
            choices(watch).map((p) =>
              h(
                "option",
                { value: recording.trips.indexOf(p), selected: p === watch.followed },
                `${p.name}, ${p.from > recording.begin ? `posted at ${p.from.toFixed(1)} µs` : "away before the record begins"}`,
              ),
            ),
          ),
        ),
      ),
      h("output.replay", { "aria-label": "replay string" }, watch.replay),
    ),
  ];
}
