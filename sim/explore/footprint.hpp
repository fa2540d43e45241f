// SPDX-License-Identifier: MIT
// What a visible step touches, as the explorer's partial-order reduction needs to know it.  Two
// steps of different contexts commute unless they touch one object in ways that conflict.  An
// object is a number that the models give to a word, a lock, a struct's life, a frame, a mapping.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

namespace poolrace::sim {

enum class Touch : std::uint8_t {
  read,
  write,
  acquire,  // takes what only one context can hold; enabled only while it is free
  release,  // orders the next acquire behind itself, but cannot be swapped with it
  signal,   // lets a join() go on
  join,     // goes on only after signals: behind those that came, and swapped with none
};

struct Touched {
  std::uint64_t object;
  Touch how;
  bool operator==(const Touched&) const = default;
};

using Footprint = std::vector<Touched>;

constexpr bool conflict(Touch a, Touch b) {
  const auto waits = [](Touch t) { return t == Touch::signal || t == Touch::join; };
  if (waits(a) || waits(b)) return false;
  return a != Touch::read || b != Touch::read;
}

inline bool conflict(const Footprint& a, const Footprint& b) {
  return std::any_of(a.begin(), a.end(), [&b](const Touched& x) {
    return std::any_of(b.begin(), b.end(), [&x](const Touched& y) {
      return x.object == y.object && conflict(x.how, y.how);
    });
  });
}

// Who is told, each once a step, what the running step touches.
class TouchListener {
 public:
  virtual ~TouchListener() = default;
  virtual void touched(std::uint64_t object, Touch how) = 0;
};

// Who is told what the running step does: world `explore`, to models that need not know it.
class StepObserver {
 public:
  virtual ~StepObserver() = default;
  virtual void touch(std::uint64_t object, Touch how) = 0;
  virtual void name_step(const char* site, std::uint64_t value) = 0;
  // `exact`: the value is all that the object's state is.
  virtual void wrote(std::uint64_t object, std::uint64_t value, bool exact) = 0;
};

}  // namespace poolrace::sim
