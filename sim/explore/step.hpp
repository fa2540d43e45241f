// SPDX-License-Identifier: MIT
// What world `explore` and those who steer or judge it say to each other: the steps of an
// execution, who may take the next one, and how it ended.  Light, for many need no more.
#pragma once

#include <cstdint>
#include <vector>

#include "sim/explore/footprint.hpp"

namespace poolrace::sim {

using ContextSet = std::uint64_t;  // bit i: the context with id i
constexpr ContextSet set_of(std::uint32_t id) {
  return ContextSet{1} << id;
}

// One visible step that was taken.
struct Step {
  std::uint32_t context;
  const char* site = "";    // the last one named during the step
  std::uint64_t value = 0;  // what it read or wrote, as the trace shows it
  Footprint touched;
  // The object whose whole state is known after this step, and that state: an integer word.
  std::uint64_t wrote = 0, wrote_value = 0;
  std::uint32_t way = 0;  // what choose() said in it
};

// What was decided at a step: who took it, and in which of its ways.
struct Pick {
  Pick(std::uint32_t context_ = 0, std::uint32_t way_ = 0) : context(context_), way(way_) {}
  explicit Pick(const Step& step) : context(step.context), way(step.way) {}
  std::uint32_t context, way;
  bool operator==(const Pick&) const = default;
};

class Scheduler {
 public:
  static constexpr std::uint32_t nobody = ~0U;
  virtual ~Scheduler() = default;
  // `taken`: all steps so far, complete.  Returns one of `enabled`, or nobody to cut it short.
  virtual std::uint32_t next(const std::vector<Step>& taken, ContextSet enabled) = 0;
  // The running step, the last of `taken`, can go on in several ways: bit i of `allowed` says that
  // way i is one; way 0 always is.  Which ways there are must not hang on steps that commute with
  // it; which are allowed may, if any two orders allow the same ways to both.
  virtual std::uint32_t choose(const std::vector<Step>&, std::uint64_t) { return 0; }
  // There is no next step: the contexts still stand where they stopped.
  virtual void ended(const std::vector<Step>&) {}
};

enum class ExecutionEnd : std::uint8_t { finished, deadlock, cut, stopped };

}  // namespace poolrace::sim
