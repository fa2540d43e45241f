// SPDX-License-Identifier: MIT
// What the learner has done and expected, kept in the browser where it lets a page keep something.

export class Progress {
  constructor(version) {
    this.key = `poolrace ${version}`;
    try {
      this.lessons = JSON.parse(localStorage.getItem(this.key)) ?? {};
    } catch {
      this.lessons = {}; // no storage for this page: it lasts as long as the page
    }
  }
  of(name) {
    return this.lessons[name] ?? {};
  }
  keep(name, what) {
    this.lessons[name] = { ...this.of(name), ...what };
    try {
      localStorage.setItem(this.key, JSON.stringify(this.lessons));
    } catch {
      // as above
    }
  }
  forget() {
    this.lessons = {};
    try {
      localStorage.removeItem(this.key);
    } catch {
      // as above
    }
  }
}
