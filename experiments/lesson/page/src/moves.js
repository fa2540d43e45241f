// SPDX-License-Identifier: MIT
// What the learner can do: step, run, go back, be shown.  Every move redraws, checks the task and is
// announced.  (App has the rest: tabs, variants, drawing.)
import { lanesOf } from "./arrivals.js";
import { plural } from "./dom.js";
import { stillness } from "./player.js";
import { isOpen } from "./predict.js";
import { raceTo } from "./ways.js";
import { aHarm, harmAhead, placeAndName, toldArrived, toldStep, verdict } from "./words.js";

const pace_ms = 140; // a step, at the usual speed

export class Moves {
  moved(told) {
    this.said = told ?? null;
    const { session } = this;
    const goal = this.goalOf();
    const done = this.task?.check(this, false);
    const said = told ?? (session.last ? toldStep(session, goal) : "At the start.");
    this.draw();
    this.announce(
      `${said} ${verdict(session.view, session.state, goal).text}${done ? " Task done." : ""}`,
    );
  }
  go(move, told) {
    this.playing = false;
    move();
    this.moved(told?.());
  }
  refuse(context) {
    const { graph, state } = this.session;
    const who = graph.contexts[context];
    if (!who) return;
    const { kind, why } = graph.status(state, context);
    this.say(
      graph.ended(state)
        ? `${who.name} cannot go on: it is over.`
        : kind === "done"
          ? `${who.name} has returned.`
          : `${who.name} is blocked: ${why}.`,
    );
  }
  // Instead of what the last step was.
  say(text) {
    this.said = text;
    this.announce(text);
    this.draw();
  }
  step(context) {
    if (this.session.next(context)) this.go(() => this.session.step(context));
    else this.refuse(context);
  }
  run(context) {
    if (this.session.next(context)) this.go(() => this.session.run(context));
    else this.refuse(context);
  }
  // The one that moved last, as far as it gets.
  finish() {
    const { session } = this,
      context = session.last?.context;
    if (context === undefined) return this.announce("Nobody has moved yet.");
    if (!session.next(context)) return this.refuse(context);
    const before = session.at;
    this.go(
      () => session.finish(context),
      () =>
        `${placeAndName(session.graph.contexts[context])}: ${plural(session.at - before, "step")}, the last “${session.last.site}”.`,
    );
  }
  // Up to and with a step that this context would come to alone.
  runTo(context, edge) {
    this.go(() => this.session.runTo(context, edge));
  }
  // A store arrives; without a word the oldest that is on its way.
  flush(store = lanesOf(this.session)[0]?.index) {
    const { session } = this;
    const before = lanesOf(session);
    if (!before.some(({ index }) => index === store))
      return this.announce(
        session.graph.weak ? "No store is on its way." : "Here every store arrives at once.",
      );
    this.go(
      () => session.flush(store),
      () => {
        const left = lanesOf(session).map(({ index }) => index);
        return toldArrived(
          session.graph,
          before.filter(({ index }) => !left.includes(index)),
        );
      },
    );
  }
  nextSwitch() {
    this.go(() => this.session.nextSwitch());
  }
  undo() {
    if (this.tab === "watch") this.watch.move(-1);
    else this.go(() => this.session.undo());
  }
  redo() {
    if (this.tab === "watch") this.watch.move(1);
    else this.go(() => this.session.jump(this.session.at + 1));
  }
  restart() {
    if (this.tab === "watch") this.watch.move(-Infinity);
    else this.go(() => this.session.restart());
  }
  jump(at) {
    if (this.tab === "watch") this.watch.move(Infinity);
    else this.go(() => this.session.jump(at));
  }
  showFrom() {
    const { session } = this;
    const { view, state } = session;
    const goal = harmAhead(view, state, this.goalOf());
    const way = goal && (raceTo(view, goal, state) ?? view.wayTo(goal, state));
    if (!way?.length) return this.announce("There is none from here.");
    this.follow(way);
  }
  follow(way) {
    this.session.plan(way);
    this.auto(true);
  }
  showShortest() {
    const goal = this.goalOf();
    if (!goal || this.session.graph.distance(goal)[0] < 0) {
      this.announce(`No order of ${this.session.graph.variant} ends in ${aHarm(goal ?? "crash")}.`);
      return this.draw();
    }
    this.session.restart();
    this.follow(this.session.graph.wayTo(goal, 0));
  }
  toggleAuto() {
    if (this.tab === "watch") this.watch.toggle();
    else this.auto(!this.playing);
  }
  get pace() {
    return pace_ms / (this.speed ?? 1);
  }
  setSpeed(speed) {
    this.speed = speed;
    this.draw();
  }
  auto(on) {
    clearTimeout(this.timer);
    const { session } = this;
    this.playing = on && session.at < session.steps.length;
    if (this.playing && stillness()) {
      session.jump(Infinity);
      this.playing = false;
    }
    const tick = () => {
      if (!this.playing) return;
      session.jump(session.at + 1);
      this.playing = session.at < session.steps.length;
      this.moved();
      if (this.playing) this.timer = setTimeout(tick, this.pace);
    };
    if (this.playing) this.timer = setTimeout(tick, this.pace);
    this.moved();
  }
  ask() {
    const { session } = this;
    if (session.at === 0 && isOpen(this)) return this.announce("Say first what you expect.");
    const done = this.task?.check(this, true);
    const answer = verdict(session.view, session.state, this.goalOf());
    this.say(
      `${answer.tone === "danger" ? "Yes. " : ""}${answer.text}${done ? " Task done." : ""}`,
    );
  }
}
