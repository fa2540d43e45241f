// SPDX-License-Identifier: MIT
// The kinds of task, each checked on the graph.  A way counts when the learner chose its steps:
// what C, S or a link has shown is not done.  A goal has {kind, graph, harm, through, wait}.
import { parting } from "./parting.js";

// Do these steps come in this order on the way?
export function passes(taken, sites = []) {
  let next = 0;
  for (const edge of taken) if (edge.site === sites[next]) next++;
  return next >= sites.length;
}
const ownWay = (goal, session) => session.allOwn && passes(session.taken, goal.through);

const waiting = (graph, state, text) =>
  !graph.ended(state) &&
  graph.contexts.some((_, c) => {
    const { kind, why } = graph.status(state, c);
    return kind === "blocked" && why.includes(text);
  });

const atStart = ({ graph }, session, asked) => asked && session.at === 0 && graph.complete;

// Each says, when it is met, what happened, in the words of a lesson's guesses; null: not met.
const kinds = {
  // End a way in this harm, in at most `most` steps.
  reach: (goal, { session }) =>
    goal.graph.outcome(session.state) === goal.harm &&
    session.at <= goal.most &&
    ownWay(goal, session) && [goal.harm],
  // Ask at the start of a variant where no order ends in it, or where one does.
  absent: (goal, { session, asked }) =>
    atStart(goal, session, asked) && goal.graph.distance(goal.harm)[0] < 0 && ["no"],
  present: (goal, { session, asked }) =>
    atStart(goal, session, asked) && goal.graph.distance(goal.harm)[0] >= 0 && ["yes"],
  // Show, in Compare, a harmful way that the other variant does not go.
  refuse: (goal, { session, app }) => {
    if (app.tab !== "compare" || goal.graph.outcome(session.state) !== goal.harm) return null;
    if (!ownWay(goal, session)) return null;
    const { kind } = parting(goal.graph, session.taken, app.otherGraph, goal.harm);
    return kind !== "fatal" && [goal.harm, kind];
  },
  // Stand where somebody is blocked for this reason.
  wait: (goal, { session }) =>
    waiting(goal.graph, session.state, goal.wait) && ownWay(goal, session) && ["blocked"],
  // Stand where the harm, possible at the start, is so no longer, though nothing has ended.
  avert: (goal, { session }) =>
    session.at > 0 &&
    !goal.graph.ended(session.state) &&
    session.view.distance(goal.harm)[session.state] < 0 &&
    ownWay(goal, session) && ["averted"],
  // A way to its end without harm.
  finish: (goal, { session }) =>
    goal.graph.outcome(session.state) === "fine" && ownWay(goal, session) && ["fine"],
};

export function met(goal, app, asked) {
  const { session } = app;
  if (session.graph !== goal.graph) return null;
  return kinds[goal.kind]?.(goal, { session, app, asked }) || null;
}

// Can it be done at all?  A lesson whose task cannot is wrong; the tests ask.
export function possible({ kind, graph, harm, wait, most }) {
  const far = graph.distance(harm ?? "fine")[0];
  if (kind === "absent") return far < 0 && graph.complete;
  if (kind === "wait")
    return Array.from({ length: graph.size }, (_, s) => s).some((s) => waiting(graph, s, wait));
  return kind === "reach" ? most !== null : far >= 0;
}

// What stands against it where the learner has come to the harm, or the wait, but not by this way.
export function missing(goal, session) {
  const { graph, state } = session;
  if (graph !== goal.graph) return "";
  const there =
    goal.kind === "wait"
      ? waiting(graph, state, goal.wait)
      : graph.outcome(state) === (goal.harm ?? "fine");
  if (!there || !["reach", "refuse", "wait", "finish"].includes(goal.kind)) return "";
  if (!session.allOwn) return "That was shown to you. Take the steps yourself: restart, and go.";
  if (!passes(session.taken, goal.through))
    return `Not by this way. It needs, in this order: ${goal.through.map((site) => `“${site}”`).join(", then ")}.`;
  if (goal.kind === "reach" && session.at > goal.most)
    return `That took ${session.at} steps; ${goal.most} are allowed.`;
  return "";
}
