// SPDX-License-Identifier: MIT
// Playing a way by itself: play and pause, how fast, and a slider to go anywhere along it.
import { action, h } from "./dom.js";

export const speeds = [0.25, 0.5, 1, 2, 4];
export const stillness = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

// {at, most, go(at), playing, toggle(), speed, setSpeed(speed), what, more, again}; `again`: playing at the end begins anew
export function player({ at, most, go, playing, toggle, speed = 1, setSpeed, what, more, again }) {
  return h(
    "div.player",
    { role: "group", "aria-label": "player" },
    action(playing ? "Pause" : "Play", "␣", toggle, {
      "data-key": "do Play",
      disabled: most === 0 || (!playing && at >= most && !again),
    }),
    h("input", {
      type: "range",
      min: 0,
      max: Math.max(most, 1),
      value: at,
      disabled: most === 0,
      "data-key": "scrub",
      "aria-label": what,
      "aria-valuetext": `${at} of ${most}`,
      oninput: (e) => go(Number(e.currentTarget.value)),
    }),
    h(
      "label.speed",
      {},
      "speed ",
      h(
        "select",
        { "data-key": "speed", onchange: (e) => setSpeed(Number(e.currentTarget.value)) },
        speeds.map((s) => h("option", { value: s, selected: s === speed }, `× ${s}`)),
      ),
    ),
    more,
  );
}
