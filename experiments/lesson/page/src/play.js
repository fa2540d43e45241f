// SPDX-License-Identifier: MIT
// Play: the learner decides who takes the next step.
import { action, h } from "./dom.js";
import { lane } from "./lane.js";
import { player } from "./player.js";
import { isOpen, predictionBox } from "./predict.js";
import { replayString } from "./session.js";
import { sharedState } from "./shared_view.js";
import { storeLane } from "./store_lane.js";
import { taskLine, withheld } from "./task.js";
import { caption, track } from "./track.js";
import { aHarm, harmAhead, harmWord, place, toldStep, verdict } from "./words.js";

// What each of those who can go on would leave possible: never in how many orders, for a count of
// orders is no probability.
function choices(session, goal) {
  const { view: graph, state } = session;
  const ahead = harmAhead(graph, state, goal);
  if (!ahead || graph.ended(state)) return null;
  const far = graph.distance(ahead);
  const leaves = ({ to }) =>
    graph.outcome(to) === ahead
      ? ["danger", `${harmWord(ahead)}!`]
      : far[to] < 0
        ? ["safe", `no ${harmWord(ahead)} any more`]
        : ["", `${harmWord(ahead)} still possible`];
  return h(
    "dl.choices",
    { "aria-label": "what the next step leaves possible" },
    graph.out(state).map((edge) => {
      const [tone, text] = leaves(edge);
      const late = edge.passed.length
        ? ", before what is on its way"
        : graph.next(state, edge.context) !== edge && ", when all has arrived";
      if (edge !== graph.next(state, edge.context) && edge.way) return null; // one of several between
      return h(
        "div",
        { key: edge.index },
        h("dt", {}, `if ${place(graph.contexts[edge.context])} goes next`, late),
        h(
          "dd",
          { class: tone, "data-leaves": edge.way ? `${edge.context}/${edge.way}` : edge.context },
          text,
        ),
      );
    }),
  );
}

const whatItIs = ({ raw }) => `${raw.program_help}. ${raw.variant}: ${raw.variant_help}.`;

export function verdictBar(app, session, goal) {
  const { view: graph } = session;
  if (session.at === 0 && isOpen(app)) return predictionBox(app, "compact");
  const secret = withheld(app, session);
  if (secret)
    return h(
      "section.verdict.neutral",
      { "aria-label": "what can still happen" },
      h(
        "div.say",
        {},
        h("h2", {}, h("span.mark", { "aria-hidden": "true" }, "?"), secret),
        h("p.story", {}, whatItIs(graph)),
      ),
    );
  const { tone, mark, text, more } = verdict(graph, session.state, goal);
  const story = app.said ?? (session.last ? toldStep(session, goal) : whatItIs(graph));
  return h(
    `section.verdict.${tone}`,
    { "aria-label": "what can still happen" },
    h(
      "div.say",
      {},
      h(
        "h2",
        {},
        h("span.mark", { "aria-hidden": "true" }, mark),
        text,
        more && h("small", {}, more),
      ),
      h("p.story", app.said ? { class: "story said" } : {}, story),
    ),
    goal && choices(session, goal),
  );
}

function actions(app, session, goal) {
  const ahead = harmAhead(session.view, session.state, goal);
  return h(
    "div.actions",
    { role: "toolbar", "aria-label": "moves" },
    action("Undo", "←", () => app.undo(), { disabled: session.at === 0 }),
    action("Redo", "→", () => app.redo(), { disabled: session.at === session.steps.length }),
    action("Restart", "R", () => app.restart()),
    goal &&
      action(`Show ${aHarm(ahead ?? goal)}`, "C", () => app.showFrom(), {
        disabled: !ahead && !withheld(app, session) && !isOpen(app), // or it would tell
      }),
    goal && action("The shortest", "S", () => app.showShortest()),
    action("Next switch", "X", () => app.nextSwitch(), {
      disabled: session.at === session.steps.length,
    }),
    action("Possible from here?", "A", () => app.ask()),
    action("Copy replay", "Y", () => app.copy(replayString(session.graph, session.taken))),
  );
}

// What comes after the task.
function finished(app) {
  const next = app.course.neighbour(1);
  return h(
    "p.finished",
    {},
    app.lesson.after && action("What happened, and why", "L", () => app.show("lesson")),
    next &&
      h(
        "a.action",
        { href: `#${next.name}/lesson` },
        `Next: ${next.title}`,
        h("kbd", { "aria-hidden": "true" }, "N"),
      ),
  );
}

export function play(app) {
  const session = app.session;
  const goal = app.goalOf(session.graph);
  const columns = session.graph.contexts.map((_, c) => c);
  const half = Math.ceil(columns.length / 2);
  const column = (list) =>
    h(
      "div.lanes",
      {},
      list.map((c) => [lane(app, session, c), storeLane(app, session, c)]),
    );
  return [
    verdictBar(app, session, goal),
    h(
      "div.stage",
      {},
      column(columns.slice(0, half)),
      sharedState(session, {
        all: app.allFacts,
        toggle: () => app.toggleFacts(),
        varying: app.varying,
      }),
      column(columns.slice(half)),
    ),
    h(
      "div.below",
      {},
      track(app, session, goal),
      player({
        at: session.at,
        most: session.steps.length,
        go: (at) => app.jump(at),
        playing: app.playing,
        toggle: () => app.toggleAuto(),
        speed: app.speed,
        setSpeed: (speed) => app.setSpeed(speed),
        what: "step of the way",
        more: caption(session, goal),
      }),
      actions(app, session, goal),
      taskLine(app),
      app.task?.done && finished(app),
      Object.keys(session.graph.raw.sources ?? {}).length > 0 &&
        h("p.whose", {}, `The lines shown are those of ${session.graph.variant}.`),
      h(
        "output.replay",
        { "aria-label": "replay string", tabindex: 0 },
        replayString(session.graph, session.taken),
      ),
    ),
  ];
}
