// SPDX-License-Identifier: MIT
// The keys that a lesson's text marks, **`⇧2 1 E`**: those that do the task.  The tests press them,
// and nothing else.
export const markedKey = /^(⇧?[1-9]|[A-Z])$/;

// ["⇧2", "1", "E"]; null if it is no list of keys.
export function keysOf(text) {
  const words = text.trim().split(/\s+/);
  return words.every((word) => markedKey.test(word)) ? words : null;
}

// All of a text, in its order.
export const marksOf = (text) =>
  [...text.matchAll(/\*\*`([^`]+)`\*\*/g)].flatMap(([, keys]) => keysOf(keys) ?? []);
