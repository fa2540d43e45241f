// SPDX-License-Identifier: MIT
import { App } from "./app.js";
import { render } from "./dom.js";
import { helpDialog, onKey } from "./help.js";

function begin() {
  const data = JSON.parse(document.getElementById("lesson-data").textContent);
  document.title = `${data.lesson.title} · Poolrace`;
  render(helpDialog(), document.getElementById("help"));
  const app = new App(data);
  globalThis.poolrace = app; // for tests and the curious
  addEventListener("keydown", (event) => onKey(app, event));
  app.draw();
}

try {
  begin();
} catch (error) {
  document.getElementById("main").textContent = `This page is broken: ${error.message}`;
  throw error;
}
