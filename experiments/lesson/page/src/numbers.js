// SPDX-License-Identifier: MIT
// Numbers as Measure prints them.  An estimate and its bounds are rounded to the same place, so that
// none is ever printed outside its own interval.

export const share = (p) =>
  p === 0
    ? "0"
    : p === 1
      ? "100 %"
      : `${p >= 0.1 ? (100 * p).toFixed(1) : (100 * p).toPrecision(2)} %`;

const places = (v) => (Math.abs(v) < 10 ? 1 : 0);

export const ns = (v) => (v === null ? "—" : `${v.toFixed(places(v))} ns`);

export const time = (us) =>
  us === null || us === undefined
    ? "—"
    : us >= 1000
      ? `${(us / 1000).toFixed(1)} ms`
      : `${us.toFixed(0)} µs`;

/** "+6.5 ns (+6.5 … +7.2)"; what rounds to 0 has no sign; too few runs have no bounds (null). */
export function difference({ value, low, high }) {
  const signed = (v, digits) => {
    const text = Math.abs(v).toFixed(digits);
    return `${Number(text) === 0 ? "" : v < 0 ? "−" : "+"}${text}`;
  };
  if (low === null || high === null) return `${signed(value, places(value))} ns (too few runs)`;
  const digits = places(Math.max(Math.abs(low), Math.abs(high)));
  const [estimate, from, to] = [value, low, high].map((v) => signed(v, digits));
  return `${estimate} ns (${from} … ${to})`;
}
