// SPDX-License-Identifier: MIT
// A lesson's prediction: asked before anything is tried, compared with what then happened.
import { h } from "./dom.js";
import { inline } from "./prose.js";

export class Prediction {
  constructor({ ask, guesses }) {
    Object.assign(this, { ask, guesses, chosen: null });
  }
  get said() {
    return this.guesses.find(({ what }) => what === this.chosen) ?? null;
  }
  // The guess that tells what the first task came to; null: nothing has happened yet.
  right(happened) {
    return this.guesses.find(({ what }) => happened.includes(what)) ?? null;
  }
}

// Until the learner has said what to expect, the page keeps its answer to itself.
export const isOpen = (app) =>
  Boolean(app.prediction && !app.prediction.said && !app.task?.happened.length);

function option(app, guess, right) {
  const { prediction } = app;
  const mine = prediction.said === guess;
  const verdicts = [mine && "your prediction", right === guess && "what happened"];
  const told = right ? verdicts.filter(Boolean).join(", ") : "";
  return h(
    "button.guess",
    {
      type: "button",
      role: "radio",
      "aria-checked": String(mine),
      "data-key": `guess ${guess.what}`,
      class: right === guess ? "guess right" : "guess",
      disabled: Boolean(right),
      onclick: () => app.predict(guess.what),
    },
    h("span.dot", { "aria-hidden": "true" }),
    h("span", {}, inline(guess.say)),
    told && h("b.told", {}, told),
  );
}

export function predictionBox(app, how) {
  const { prediction } = app;
  if (!prediction) return null;
  const right = prediction.right(app.task?.happened ?? []);
  const said = !right
    ? prediction.said
      ? "Noted. Now try it."
      : "Say what you expect, then try it."
    : prediction.said === right
      ? "You had expected just that."
      : prediction.said
        ? "Something else happened than you had expected."
        : "You had said nothing beforehand.";
  return h(
    "section",
    { "aria-label": "prediction", class: how ? `prediction ${how}` : "prediction" },
    h("h2", {}, "What do you expect?"),
    h("p", {}, inline(prediction.ask)),
    h(
      "div",
      { role: "radiogroup", "aria-label": "what do you expect?" },
      prediction.guesses.map((guess) => option(app, guess, right)),
    ),
    h("p.said", { "data-predicted": prediction.chosen ?? "" }, said),
  );
}
