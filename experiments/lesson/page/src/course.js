// SPDX-License-Identifier: MIT
// The lessons of a page, in teaching order: which one is open, how one goes from one to the next, and
// where one stands, kept in the address.  A page with a lesson of its own is a course of one.
import { addressOf, goWays, pages, placeOf, waysOf } from "./address.js";
import { App } from "./app.js";
import { coursePage } from "./course_view.js";
import { Graph } from "./graph.js";
import { Progress } from "./progress.js";
import { stepTold } from "./steps_told.js";

const settle_ms = 120; // browsers mind an address that changes with every key

export class Course {
  constructor(data) {
    this.version = data.version;
    this.entries = data.course ?? [data];
    this.shared = data.course && data.graphs;
    this.progress = new Progress(data.version);
    this.graphs = new Map();
    this.apps = new Map();
    this.page = "start";
    this.app = null; // the open lesson
    this.stepTold = stepTold;
    this.course = this; // for keys, which ask what they are given
  }
  get single() {
    return this.entries.length === 1;
  }
  get tab() {
    return this.page;
  }
  get names() {
    return this.entries.map(({ lesson }) => lesson.name);
  }
  get current() {
    return this.app ?? this;
  }

  // Lessons share graphs, and open when somebody goes there.
  graphOf(raw) {
    const key = this.shared ? raw : JSON.stringify([raw.program, raw.variant]);
    if (!this.graphs.has(key))
      this.graphs.set(key, new Graph(this.shared ? this.shared[raw] : raw));
    return this.graphs.get(key);
  }
  open(name) {
    if (!this.apps.has(name)) {
      const entry = this.entries.find(({ lesson }) => lesson.name === name);
      const graphs = entry.graphs.map((raw) => this.graphOf(raw));
      this.apps.set(name, new App({ ...entry, graphs }, this));
    }
    this.app = this.apps.get(name);
    globalThis.poolrace = this.app; // for tests and the curious
    return this.app;
  }

  // At the beginning, and wherever a link, Back or Forward leads.
  arrive(fresh, hash = location.hash, state = history.state) {
    const { name, tab, variant, way, at } = placeOf(hash);
    if (!this.names.includes(name) && !this.single) {
      this.app = null;
      this.page = pages.includes(name) ? name : "start";
      return this.draw();
    }
    const app = this.open(this.single ? this.names[0] : name);
    const index = app.graphs.findIndex((g) => g.variant === variant);
    // Back and Forward turn the view and leave the ways as they are by now.
    if (index >= 0 && (fresh || !state)) app.current = index;
    if (app.tabs.includes(tab)) app.tab = tab;
    if (fresh && state?.ways) goWays(app, state.ways);
    else if (way && !state) app.session.goWay(way, at);
    app.playing = false;
    app.draw();
  }
  // A frame that a notebook made of text has no address of its own: there it is not kept.
  write(how, state, address) {
    try {
      history[how](state, "", address);
    } catch {
      // as above
    }
  }
  goTo(page) {
    this.write("pushState", null, `#${page}`);
    this.arrive(false, `#${page}`, null);
    scrollTo(0, 0);
  }
  // The lesson `by` further on.
  neighbour(by) {
    const at = this.app ? this.names.indexOf(this.app.lesson.name) : by > 0 ? -1 : 0;
    return this.entries[at + by]?.lesson ?? null;
  }
  turn(by) {
    const there = this.neighbour(by);
    if (there) this.goTo(`${there.name}/lesson`);
    else if (by < 0 && !this.single) this.goTo("start");
  }

  draw() {
    coursePage(this);
    this.note(`#${this.page}`, null);
  }
  // A lesson has drawn itself: the address says where it stands.
  drawn(app) {
    const { lesson, tab } = app;
    this.note(addressOf(app), { ways: waysOf(app) }, `${lesson.name}/${tab}`);
  }
  note(address, state, place = address) {
    clearTimeout(this.timer);
    const moved = this.place !== undefined && this.place !== place;
    this.place = place;
    const known = placeOf(location.hash);
    const there = `${known.name}/${known.tab}` === place || location.hash === place;
    if (moved && !there) this.write("pushState", state, address);
    else if (moved || !this.noted) this.write("replaceState", state, address);
    else this.timer = setTimeout(() => this.write("replaceState", state, address), settle_ms);
    this.noted = true;
  }

  nextTheme() {
    const root = document.documentElement;
    const dark = root.dataset.theme
      ? root.dataset.theme === "dark"
      : matchMedia("(prefers-color-scheme: dark)").matches;
    root.dataset.theme = dark ? "light" : "dark";
    this.current.draw();
  }
  help(open) {
    const dialog = document.querySelector("dialog.help");
    if (open) dialog.showModal();
    else dialog.close();
  }
}
