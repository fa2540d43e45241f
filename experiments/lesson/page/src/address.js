// SPDX-License-Identifier: MIT
// Where one stands, in the address: #LESSON/TAB/VARIANT/WAY@STEP, or #start, #glossary, #teacher.
// A link that is handed out leads there; the way is told as a replay string tells it.
import { scheduleOf } from "./session.js";

export const pages = ["start", "glossary", "teacher"];

export function addressOf(app) {
  const { session, lesson, tab } = app;
  const way = session.steps.length
    ? `/${scheduleOf(session.graph, session.steps)}@${session.at}`
    : "";
  return `#${lesson.name}/${tab}/${session.graph.variant}${way}`;
}

// {name, tab, variant, way, at}; what is not said is undefined.
export function placeOf(hash) {
  const [name, tab, variant, ...told] = decodeURIComponent(hash.replace(/^#/, "")).split("/");
  const [way, at] = told.join("/").split("@"); // a step's way stands behind a / too
  return {
    name,
    tab,
    variant,
    way: /^[\dx,/]+$/.test(way) ? way : undefined,
    at: /^\d+$/.test(at ?? "") ? Number(at) : undefined,
  };
}

// What only this browser's history knows: the ways under all variants, and which steps were chosen.
export const waysOf = (app) =>
  app.sessions.map((s) => ({
    way: s.steps.length ? scheduleOf(s.graph, s.steps) : "",
    at: s.at,
    own: Array.from(s.steps, (_, i) => (s.own[i] ? "1" : "0")).join(""),
    flushes: s.flushes,
  }));

export function goWays(app, ways) {
  ways?.forEach(({ way, at, own, flushes }, i) => {
    const session = app.sessions[i];
    if (!session || !way) return;
    session.goWay(way, at);
    session.own = [...own].map((c) => c === "1");
    session.flushes = flushes ?? [];
  });
}
