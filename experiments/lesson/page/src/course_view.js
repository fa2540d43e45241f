// SPDX-License-Identifier: MIT
// The pages of the course that are no lesson: the start, the glossary, what is for the teacher.
import { h, plural, render } from "./dom.js";
import { glossary } from "./glossary.js";
import { footer } from "./help.js";
import { inline, prose } from "./prose.js";
import { pageLinks, themeAndHelp } from "./top.js";

function lessonItem(course, { lesson }, next) {
  const { done = [], predicted } = course.progress.of(lesson.name);
  const all = lesson.tasks?.length > 0 && done.filter(Boolean).length === lesson.tasks.length;
  const said = all ? "done" : done.some(Boolean) || predicted ? "begun" : "";
  return h(
    "li",
    { "data-lesson": lesson.name, "data-done": String(all) },
    h("span.box", { class: all ? "box done" : "box", "aria-hidden": "true" }, all ? "✓" : ""),
    h(
      "div",
      {},
      h(
        "a.lesson-link",
        {
          href: `#${lesson.name}/lesson`,
          "aria-current": lesson.name === next ? "step" : undefined,
        },
        lesson.title,
      ),
      said && h("span.state", {}, said),
      h("p", {}, inline(lesson.question)),
    ),
  );
}

// The first lesson that is not done.
function nextLesson(course) {
  const open = course.entries.find(({ lesson }) => {
    const { done = [] } = course.progress.of(lesson.name);
    return done.filter(Boolean).length < (lesson.tasks?.length ?? 0);
  });
  return (open ?? course.entries[0]).lesson;
}

function start(course) {
  const next = nextLesson(course);
  const begun = Object.keys(course.progress.lessons).length > 0;
  return [
    h("h1", {}, "The page pool’s teardown race"),
    h(
      "p.lead",
      {},
      "When a network interface goes down, pages may still be away. This course lets you play the scheduler: you decide which CPU takes the next step, until something breaks, and then see what each published fix does about it. Nobody has to be believed.",
    ),
    h(
      "p",
      {},
      `${plural(course.entries.length, "lesson")}, each with a question, a prediction, a task and an explanation. Words with a dotted line are explained where they stand. Every button shows its key.`,
    ),
    h(
      "p",
      {},
      h(
        "a.action.primary",
        { href: `#${next.name}/lesson`, "data-key": "begin" },
        begun ? `Go on: ${next.title}` : "Begin with the first lesson",
        h("kbd", { "aria-hidden": "true" }, "N"),
      ),
    ),
    h(
      "ol.lessons",
      {},
      course.entries.map((entry) => lessonItem(course, entry, next.name)),
    ),
    begun &&
      h(
        "p",
        {},
        h(
          "button.plain",
          {
            type: "button",
            "data-key": "forget",
            onclick: () => {
              course.progress.forget();
              course.apps.clear();
              course.draw();
            },
          },
          "Forget what was done",
        ),
      ),
  ];
}

const words = () => [
  h("h1", {}, "Glossary"),
  h(
    "dl.glossary",
    {},
    glossary.map(({ word, what }) => h("div", {}, h("dt", {}, word), h("dd", {}, what))),
  ),
];

function teacher(course) {
  return [
    h("h1", {}, "For the teacher"),
    h(
      "p",
      {},
      "One file, no network: hand it out, or put it on a projector. A link carries lesson, view, variant and the way taken, so that you can prepare a place and hand it out; what a link shows does not tick a task. Print a page and it becomes a hand-out in black on white.",
    ),
    course.entries.map(({ lesson }) => [
      h("h2", {}, h("a.lesson-link", { href: `#${lesson.name}/lesson` }, lesson.title)),
      prose(lesson.notes ?? ""),
    ]),
  ];
}

const views = { start, glossary: words, teacher };
const titles = { start: "The course", glossary: "Glossary", teacher: "For the teacher" };

export function coursePage(course) {
  const { page } = course;
  document.body.dataset.tab = page;
  document.title = `${titles[page]} · Poolrace`;
  render(
    [h("b.brand", {}, "Poolrace"), pageLinks(course), themeAndHelp(course)],
    document.getElementById("top"),
  );
  render(
    h("div.panel", { key: page }, h("article.lesson.prose", {}, views[page](course))),
    document.getElementById("main"),
  );
  render(footer(course), document.getElementById("keys"));
}
