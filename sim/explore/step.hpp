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
};

class Scheduler {
 public:
  static constexpr std::uint32_t nobody = ~0U;
  virtual ~Scheduler() = default;
  // `taken`: all steps so far, complete.  Returns one of `enabled`, or nobody to cut it short.
  virtual std::uint32_t next(const std::vector<Step>& taken, ContextSet enabled) = 0;
  // There is no next step: the contexts still stand where they stopped.
  virtual void ended(const std::vector<Step>&) {}
};

enum class ExecutionEnd : std::uint8_t { finished, deadlock, cut, stopped };

}  // namespace poolrace::sim
