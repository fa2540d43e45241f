// SPDX-License-Identifier: MIT
// The recorded run as a picture: a row a CPU, task, transfer, grace period and page.  Wheel or
// + and − zoom, dragging moves; what lies outside or is too thin to see is not drawn.
import { h } from "./dom.js";

const label_px = 150,
  width_px = 1240,
  row_px = 26,
  axis_px = 26;

function classOf(lane, slice) {
  if (slice.name === "idle") return "idle";
  if (slice.depth > 0) return "put";
  if (lane.kind === "stage") return slice.name === "put" ? "stage.put" : "stage";
  if (["hardirq", "softirq", "running", "interrupted", "preempted"].includes(slice.name))
    return slice.name;
  return lane.kind === "cpu" ? "running" : lane.kind;
}
const tickStep = (span) =>
  [
    0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000,
  ].find((s) => span / s <= 10) ?? span / 10;

function axis(watch, x, bottom) {
  const step = tickStep(watch.to - watch.from);
  const zero = watch.recording.violation?.at ?? 0;
  const out = [];
  for (let k = Math.ceil((watch.from - zero) / step); zero + k * step <= watch.to; k++) {
    const at = x(zero + k * step);
    out.push(
      h("line.grid", { x1: at, x2: at, y1: axis_px, y2: bottom }),
      h("text.tick", { x: at, y: 16 }, `${Number((k * step).toFixed(3))} µs`.replace("-", "−")),
    );
  }
  return out;
}

// {rects, names}; names go over what else is drawn.  Thin neighbours of one class are drawn as one.
function slices(lane, list, x, y, watch) {
  const out = [];
  for (const s of list) {
    if (s.to < watch.from || s.from > watch.to) continue;
    const left = Math.max(label_px, x(s.from)),
      right = Math.min(width_px, x(Math.min(s.to, watch.recording.end)));
    const kind = classOf(lane, s);
    if (kind === "idle") continue;
    const inner = s.depth > 0 || s.inner;
    const previous = out.at(-1);
    if (right - left < 1.5 && previous?.kind === kind && left - previous.right < 1.5) {
      previous.right = Math.max(previous.right, right);
      continue;
    }
    out.push({
      kind,
      left,
      right,
      inner,
      name: s.name,
      title: `${s.name}${s.args?.context && s.args.context !== s.name ? ` (${s.args.context})` : ""}${s.args?.detail ? `: ${s.args.detail}` : ""}`,
    });
  }
  return {
    rects: out.map((s) =>
      h(
        `rect.slice.${s.kind}`,
        {
          x: s.left,
          y: y + (s.inner ? 9 : 3),
          width: widthOf(s),
          height: row_px - (s.inner ? 15 : 6),
          rx: 2,
        },
        h("title", {}, s.title),
      ),
    ),
    names: out.map((s) => {
      const room = Math.floor((widthOf(s) - 8) / 7.2);
      return (
        room >= 4 &&
        !s.inner &&
        h(
          `text.name.on-${s.kind.replace(".", "-")}`,
          { x: s.left + 5, y: y + 17.5 },
          s.name.length > room ? `${s.name.slice(0, room - 1)}…` : s.name,
        )
      );
    }),
  };
}
// Its name would stand where "unmapped" does.
const covered = (watch, page, stage) =>
  page.unmapped !== null &&
  stage.name !== "put" &&
  stage.to > page.unmapped &&
  page.unmapped <= Math.max(stage.from, watch.from + 0.08 * (watch.to - watch.from));
// A put is what one looks for, so it never becomes a hair.
const widthOf = (s) => Math.max(s.kind.includes("put") ? 5 : 1, s.right - s.left);

function instants(watch, rowTop, x) {
  const out = [];
  let last = -Infinity,
    lastRow = null;
  watch.recording.steps.forEach((s, i) => {
    if (s.at < watch.from || s.at > watch.to || !rowTop.has(s.row)) return;
    const at = x(s.at),
      y = rowTop.get(s.row);
    const here = i === watch.at;
    if (!here && s.kind === "step" && lastRow === s.row && at - last < 2) return;
    [last, lastRow] = [at, s.row];
    if (s.kind === "violation")
      out.push(h("text.violation", { x: at, y: y + 19, onclick: () => watch.stand(i) }, "✕"));
    else
      out.push(
        h(
          `line.instant.${s.kind}${here ? ".here" : ""}`,
          {
            x1: at,
            x2: at,
            y1: y + (s.kind === "unmap" ? 1 : 4),
            y2: y + row_px - (s.kind === "unmap" ? 1 : 4),
            onclick: () => watch.stand(i),
          },
          h("title", {}, s.name),
        ),
      );
  });
  return out;
}

export function timeline(watch) {
  const { recording } = watch;
  const x = (t) => label_px + ((t - watch.from) / (watch.to - watch.from)) * (width_px - label_px);
  const seen = recording.trips.filter((p) => p.to >= watch.from && p.from <= watch.to);
  const order = (p) => (p === watch.followed ? 0 : p.unmapped !== null ? 1 : 2);
  const pages = seen
    .sort((a, b) => order(a) - order(b) || b.to - a.to)
    .slice(0, watch.followed ? 5 : 9);
  const lanes = recording.lanes.filter((lane) =>
    lane.slices.some((s) => s.name !== "idle" && s.to >= watch.from && s.from <= watch.to),
  );
  const rowTop = new Map();
  const keys = new Map([...recording.rows].map(([key, row]) => [row, key]));
  const bottom = axis_px + (lanes.length + pages.length + 1) * row_px;
  const labels = [],
    marks = [],
    names = [];
  const put = (drawn) => {
    marks.push(drawn.rects);
    names.push(drawn.names);
  };
  lanes.forEach((lane, i) => {
    const y = axis_px + i * row_px;
    rowTop.set(keys.get(lane), y);
    labels.push(h("text.label", { x: 4, y: y + 17.5 }, lane.name.slice(0, 20)));
    marks.push(h("line.rule", { x1: 0, x2: width_px, y1: y + row_px, y2: y + row_px }));
    put(slices(lane, lane.slices, x, y, watch));
  });
  const shades = [];
  pages.forEach((page, i) => {
    const y = axis_px + (lanes.length + i) * row_px + row_px / 2;
    labels.push(
      h(
        "text.label.page",
        {
          x: 4,
          y: y + 17.5,
          class: page === watch.followed ? "label page followed" : "label page",
          onclick: () => watch.follow(page),
        },
        page.name,
      ),
    );
    put(
      slices(
        { kind: "stage" },
        page.stages.map((stage) => ({
          ...stage,
          depth: 0,
          name: covered(watch, page, stage) ? "" : stage.name,
        })),
        x,
        y,
        watch,
      ),
    );
    if (page.unmapped === null) return;
    const left = Math.max(label_px, x(page.unmapped)),
      right = Math.min(width_px, x(page.to));
    if (right <= left) return;
    names.push(
      slices(
        { kind: "away" },
        [{ from: page.unmapped, to: page.to, name: "unmapped, still away" }],
        x,
        y,
        watch,
      ).names,
    );
    shades.push(
      h(
        "rect.danger",
        { x: left, y: y + 1, width: right - left, height: row_px - 2 },
        h("title", {}, `${page.name}: unmapped, and still away`),
      ),
    );
  });
  const concerned = watch.followed ?? recording.broken;
  if (concerned && concerned.unmapped !== null) {
    const left = Math.max(label_px, x(concerned.unmapped)),
      right = Math.min(width_px, x(concerned.to));
    if (right > left)
      shades.unshift(
        h("rect.window", {
          x: left,
          y: axis_px,
          width: Math.max(2, right - left),
          height: bottom - axis_px,
        }),
      );
  }
  const here = watch.step ? x(watch.step.at) : -1;
  const cursor =
    here >= label_px &&
    here <= width_px &&
    h("line.cursor", { x1: here, x2: here, y1: axis_px - 4, y2: bottom });
  const node = h(
    "svg.lines",
    {
      viewBox: `0 0 ${width_px} ${bottom}`,
      role: "img",
      "aria-label": "timeline of the run; the step above is marked",
      onwheel: (e) => {
        e.preventDefault();
        watch.zoom(e.deltaY > 0 ? 1.25 : 0.8, dateAt(e));
      },
      onpointerdown: drag,
    },
    axis(watch, x, bottom),
    marks,
    shades,
    instants(watch, rowTop, x),
    names,
    cursor,
    labels,
  );
  function dateAt(e) {
    const box = e.currentTarget.getBoundingClientRect();
    const px = ((e.clientX - box.left) / box.width) * width_px;
    return (
      watch.from +
      ((Math.max(px, label_px) - label_px) / (width_px - label_px)) * (watch.to - watch.from)
    );
  }
  function drag(e) {
    if (e.target.closest(".instant,.label,.violation")) return;
    const from = watch.from,
      span = watch.to - watch.from,
      start = e.clientX;
    const scale =
      span / ((width_px - label_px) * (e.currentTarget.getBoundingClientRect().width / width_px));
    const move = (m) => {
      watch.view_between(from - (m.clientX - start) * scale, span);
      watch.draw();
    };
    addEventListener("pointermove", move);
    addEventListener("pointerup", () => removeEventListener("pointermove", move), { once: true });
  }
  return [
    node,
    h(
      "p.legend",
      {},
      [
        ["running", "task"],
        ["softirq", "softirq"],
        ["hardirq", "hardirq"],
        ["put", "a put"],
        ["preempted", "preempted"],
        ["dma", "DMA"],
        ["rcu", "grace period"],
        ["danger", "unmapped, still away"],
      ].map(([kind, text]) => h("span", {}, h(`i.${kind}`), text)),
      seen.length > pages.length &&
        h("span", {}, `${seen.length - pages.length} more pages in flight`),
    ),
  ];
}
