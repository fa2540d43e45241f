// SPDX-License-Identifier: MIT
// A recorded run, read from what `poolrace trace` writes (Chrome's trace-event JSON): rows of
// slices, instants, pages with their stages.

const kinds = { CPUs: "cpu", Tasks: "task", NIC: "dma", RCU: "rcu" };

export class Recording {
  constructor(events) {
    this.about = events.find((e) => e.name === "poolrace")?.args ?? {};
    this.rows = new Map(); // "pid/tid" -> {name, kind, slices}
    this.steps = []; // {at, name, value, row, context, kind: step|unmap|violation, args}
    this.counters = new Map();
    this.pages = new Map(); // id -> {id, name, from, to, stages, unmapped}
    const processes = new Map();
    for (const e of events)
      if (e.ph === "M" && e.name === "process_name") processes.set(e.pid, e.args.name);
    for (const e of events)
      if (e.ph === "M" && e.name === "thread_name" && kinds[processes.get(e.pid)])
        this.rows.set(`${e.pid}/${e.tid}`, {
          name: e.args.name,
          kind: kinds[processes.get(e.pid)],
          slices: [],
          order: e.tid,
        });
    this.open = new Map();
    for (const e of events) this.take(e);
    this.end = Math.max(0, ...events.map((e) => e.ts ?? 0));
    const dated = events.filter((e) => e.ph !== "M");
    this.begin = Math.min(this.end, ...dated.map((e) => e.ts));
    this.violation = this.steps.find((s) => s.kind === "violation") ?? null;
    this.lanes = [...this.rows.values()]
      .filter((r) => r.slices.length)
      .sort((a, b) => a.order - b.order);
    this.trips = [...this.pages.values()]
      .filter((p) => p.to > p.from)
      .sort((a, b) => a.from - b.from);
    for (const page of this.trips) page.to = Math.min(page.to, this.end);
    this.addPutsBefore();
    // Whose life shows most; and the page that the violation is about.
    this.longest = this.trips.reduce(
      (best, p) => (best && best.stages.length >= p.stages.length ? best : p),
      null,
    );
    this.broken =
      this.violation &&
      (this.trips.find(
        (p) =>
          p.name === `page ${this.violation.args.page}` &&
          p.from <= this.violation.at &&
          this.violation.at <= p.to,
      ) ??
        null);
  }

  // A page may be posted again while the put that brought it back still runs: the put belongs to its
  // trip before, and shows in this one.
  addPutsBefore() {
    const puts = new Map();
    for (const lane of this.lanes)
      for (const s of lane.slices) {
        if (!s.name.startsWith("put page ")) continue;
        if (!puts.has(s.name)) puts.set(s.name, []);
        puts.get(s.name).push(s);
      }
    for (const page of this.trips) {
      if (page.stages.some((s) => s.name === "put")) continue;
      const late = (puts.get(`put ${page.name}`) ?? []).filter((s) => s.to > page.from);
      if (!late.length || late[0].from >= page.to) continue;
      const from = Math.min(...late.map((s) => s.from)),
        to = Math.max(...late.map((s) => s.to));
      page.stages.push({ from, to, name: "put", args: late[0].args, inner: true, before: true });
    }
  }
  take(e) {
    const row = `${e.pid}/${e.tid}`;
    if (e.ph === "B") this.begins(row, e);
    else if (e.ph === "E") this.ends(row, e);
    else if (e.ph === "b" || e.ph === "e" || e.ph === "n") this.page(e);
    else if (e.ph === "C") this.count(e);
    else if (e.ph === "i") this.instant(row, e);
  }
  begins(row, e) {
    if (!this.open.has(row)) this.open.set(row, []);
    this.open.get(row).push({
      from: e.ts,
      to: Infinity,
      name: e.name,
      args: e.args ?? {},
      depth: this.open.get(row).length,
    });
    this.rows.get(row)?.slices.push(this.open.get(row).at(-1));
  }
  ends(row, e) {
    const slice = this.open.get(row)?.pop();
    if (slice) slice.to = e.ts;
  }
  page(e) {
    if (!this.pages.has(e.id))
      this.pages.set(e.id, {
        id: e.id,
        name: "",
        from: e.ts,
        to: Infinity,
        stages: [],
        unmapped: null,
      });
    const page = this.pages.get(e.id);
    if (e.ph === "n") {
      if (e.name === "unmapped") page.unmapped = e.ts;
    } else if (e.ph === "b") {
      if (!page.name) page.name = e.name;
      else page.stages.push({ from: e.ts, to: Infinity, name: e.name, args: e.args ?? {} });
    } else if (e.name === page.name) {
      page.to = e.ts;
    } else {
      const stage = page.stages.findLast((s) => s.name === e.name && s.to === Infinity);
      if (stage) stage.to = e.ts;
    }
  }
  count(e) {
    if (!this.counters.has(e.name)) this.counters.set(e.name, []);
    this.counters.get(e.name).push({ at: e.ts, value: Object.values(e.args)[0] });
  }
  instant(row, e) {
    const kind = e.cat === "violation" ? "violation" : e.cat === "step" ? "step" : "unmap";
    this.steps.push({
      at: e.ts,
      name: e.name,
      value: e.args?.value,
      context: e.args?.context ?? "",
      row,
      kind,
      args: e.args ?? {},
    });
  }
  // What a counter said at a date.
  counted(name, at) {
    const list = this.counters.get(name) ?? [];
    return list.findLast((c) => c.at <= at)?.value;
  }
}
