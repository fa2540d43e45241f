// SPDX-License-Identifier: MIT
import { Course } from "./course.js";
import { render } from "./dom.js";
import { helpDialog, onKey } from "./help.js";

function begin() {
  const data = JSON.parse(document.getElementById("lesson-data").textContent);
  render(helpDialog(), document.getElementById("help"));
  const course = new Course(data);
  globalThis.course = course; // for tests and the curious
  addEventListener("keydown", (event) => onKey(course.current, event));
  addEventListener("click", (event) => {
    const link = event.target.closest?.('a[href^="#"]');
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    course.goTo(link.getAttribute("href").slice(1));
  });
  addEventListener("popstate", () => course.arrive(false));
  document.getElementById("main").replaceChildren();
  course.arrive(true);
}

try {
  begin();
} catch (error) {
  document.getElementById("main").textContent = `This page is broken: ${error.message}`;
  throw error;
}
