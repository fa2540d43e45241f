// SPDX-License-Identifier: MIT
// The style sheet of the HTML report.  Fonts are the reader's own: the page loads nothing.
#pragma once

namespace poolrace::experiments {

inline constexpr const char* report_style = R"css(
:root { color-scheme: light dark;
  --paper: #ffffff; --ink: #1c2128; --muted: #5c6672; --line: #d8dee4; --soft: #f4f6f8;
  --accent: #1f5fa8; --bad: #b3261e; --good: #1a7f37;
  --idle: #eef1f4; --task: #a9cbee; --softirq: #f3d08b; --hardirq: #e9a29c; --put: #a98bd6;
  --stage: #c4dfc6; --dma: #b7dcdc; --wait: #dccbe9; --box: #1c2128; }
@media (prefers-color-scheme: dark) { :root {
  --paper: #14181d; --ink: #e3e8ee; --muted: #98a3af; --line: #323a44; --soft: #1c2229;
  --accent: #6cb0f5; --bad: #ff8a80; --good: #6bd28a;
  --idle: #20262d; --task: #2f5d8c; --softirq: #7a5c1d; --hardirq: #80413c; --put: #7d5fb5;
  --stage: #2f5a38; --dma: #235a5c; --wait: #50406b; --box: #f0f3f6; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 1060px; padding: 40px 32px 64px; background: var(--paper);
  color: var(--ink); font: 15px/1.55 system-ui, "Segoe UI", Roboto, "DejaVu Sans", sans-serif; }
h1 { font-size: 26px; line-height: 1.25; margin: 0 0 4px; letter-spacing: -0.01em; }
h2 { font-size: 18px; margin: 44px 0 10px; padding-bottom: 6px; border-bottom: 1px solid var(--line); }
h3 { font-size: 15px; margin: 26px 0 6px; }
p { margin: 6px 0; } .lead { color: var(--muted); font-size: 16px; max-width: 46em; }
.note { color: var(--muted); font-size: 13px; }
dl { display: flex; flex-wrap: wrap; gap: 10px 30px; margin: 22px 0 0; }
dt { color: var(--muted); font-size: 12px; } dd { margin: 0; font-variant-numeric: tabular-nums; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; font-size: 14px; }
th { text-align: left; font-weight: 600; color: var(--muted); font-size: 12px; vertical-align: bottom; }
th, td { padding: 8px 14px 8px 0; border-bottom: 1px solid var(--line); }
td.n, th.n { text-align: right; white-space: nowrap; } td:last-child, th:last-child { padding-right: 0; }
table.slim { width: auto; } table.slim th { padding-right: 40px; }
tbody th { white-space: nowrap; } td small { white-space: nowrap; }
td small { color: var(--muted); font-size: 12px; } tbody th { color: var(--ink); font-size: 14px; }
.bad { color: var(--bad); font-weight: 600; } .good { color: var(--good); font-weight: 600; }
svg { display: block; width: 100%; height: auto; margin: 8px 0 4px; }
svg text { font: 13px system-ui, "Segoe UI", Roboto, "DejaVu Sans", sans-serif; fill: var(--ink); }
svg .tick { fill: var(--muted); font-size: 11.5px; } svg .middle { text-anchor: middle; }
svg .end { text-anchor: end; } svg .inbox { fill: var(--box); font-size: 11.5px; }
svg .grid { stroke: var(--line); } svg .interval { stroke: var(--accent); stroke-width: 1.8; }
svg .mark, svg .bar { fill: var(--accent); } svg .bar { fill-opacity: 0.75; }
svg .idle { fill: var(--idle); } svg .task { fill: var(--task); } svg .softirq { fill: var(--softirq); }
svg .hardirq { fill: var(--hardirq); } svg .put { fill: var(--put); } svg .stage { fill: var(--stage); }
svg .dma { fill: var(--dma); } svg .wait { fill: var(--wait); }
svg .step { stroke: var(--ink); stroke-opacity: 0.55; stroke-width: 0.8; }
svg .unmap { stroke: var(--bad); stroke-width: 1.6; stroke-dasharray: 3 2; }
svg .unmaptext { fill: var(--bad); font-size: 11.5px; }
svg .violation { stroke: var(--bad); stroke-width: 2.5; }
.legend { display: flex; flex-wrap: wrap; gap: 4px 18px; color: var(--muted); font-size: 12px; }
.legend i { display: inline-block; width: 11px; height: 11px; border-radius: 2px; margin-right: 6px;
  vertical-align: -1px; print-color-adjust: exact; -webkit-print-color-adjust: exact; }
pre { background: var(--soft); border: 1px solid var(--line); border-radius: 6px; padding: 10px 14px;
  font: 12px/1.5 ui-monospace, "DejaVu Sans Mono", monospace; white-space: pre-wrap;
  overflow-wrap: anywhere; margin: 8px 0; }
pre.steps { white-space: pre; overflow-x: auto; }
summary { cursor: pointer; color: var(--accent); font-size: 13px; }
footer { margin-top: 48px; color: var(--muted); font-size: 12px; }
@media print { :root { --paper: #fff; --ink: #000; --muted: #444; --line: #bbb; --soft: #fff;
  --idle: #eef1f4; --task: #a9cbee; --softirq: #f3d08b; --hardirq: #e9a29c; --put: #a98bd6;
  --stage: #c4dfc6; --dma: #b7dcdc; --wait: #dccbe9; --box: #000; --accent: #1f5fa8; --bad: #b3261e;
  --good: #1a7f37; color-scheme: light; }
  body { padding: 0; max-width: none; font-size: 11pt; } .harm, table, svg, dl { break-inside: avoid; }
  table { font-size: 9pt; } th, td { padding: 4pt 8pt 4pt 0; } td small { display: block; }
  details:not([open]) { display: none; } h2, h3 { break-after: avoid; } svg * { print-color-adjust: exact; -webkit-print-color-adjust: exact; } }
)css";

}  // namespace poolrace::experiments
