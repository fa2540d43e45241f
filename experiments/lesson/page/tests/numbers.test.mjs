// SPDX-License-Identifier: MIT
// What is printed of an estimate lies in what is printed of its interval.
import assert from "node:assert/strict";
import { test } from "node:test";
import { difference, share } from "../src/numbers.js";

// Of every magnitude and sign, near the places where the number of digits changes; the same each time.
function* intervals() {
  const near = [0, 1e-9, 0.04, 0.05, 0.06, 0.5, 6.5, 9.94, 9.95, 9.96, 10.4, 99.5, 15187.49];
  const values = [...near, ...near.map((v) => -v)].sort((a, b) => a - b);
  for (const low of values)
    for (const value of values)
      for (const high of values) if (low <= value && value <= high) yield { value, low, high };
}

const read = (text) => text.match(/[+−]?\d+(\.\d+)?/g).map((t) => Number(t.replace("−", "-")));

test("a printed estimate is never outside its printed interval, whatever its size and sign", () => {
  for (const estimate of intervals()) {
    const text = difference(estimate);
    const [value, low, high] = read(text);
    assert.ok(low <= value && value <= high, text);
    assert.doesNotMatch(text, /[+−]0(\.0)?(?![.\d])/, "a zero has no sign");
    const digits = new Set([...text.matchAll(/\d+(?:\.(\d+))?/g)].map((m) => m[1]?.length ?? 0));
    assert.equal(digits.size, 1, `${text}: one place for all three`);
  }
});

test("shares rise as they are printed", () => {
  const shares = [0, 1e-7, 0.00123, 0.0994, 0.0996, 0.09999, 0.1, 0.5, 0.9994, 0.9996, 1];
  const printed = shares.map((p) => Number.parseFloat(share(p)));
  for (let i = 1; i < printed.length; i++)
    assert.ok(printed[i - 1] <= printed[i], share(shares[i]));
});

test("too few runs have no bounds, not bounds of 0", () => {
  assert.equal(difference({ value: 3.03, low: null, high: null }), "+3.0 ns (too few runs)");
});
