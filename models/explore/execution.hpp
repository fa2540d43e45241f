// SPDX-License-Identifier: MIT
// One execution of one program: the machine is built, the stage is set (a pool, pages in flight),
// then a scheduler decides every step until all parts are through, or a harm ends it.
#pragma once

#include <string>
#include <vector>

#include "models/checker/checker.hpp"
#include "models/explore/task.hpp"
#include "pool/platform.hpp"
#include "sim/explore/search.hpp"
#include "sim/explore/step.hpp"

namespace poolrace::models {

// Sizes small enough to exhaust; a clear batch of 1 would hide the ring's reverse clearing.
inline constexpr pool::Limits explore_limits{2, 2, 4, 2, 2, 1 << 20};
inline constexpr std::uint32_t explore_frames = 8;
inline constexpr int worker_passes_max = 4;

// One thing that can be seen from outside, in words.
struct Fact {
  std::string group, name, value;
};

struct Execution {
  sim::ExecutionEnd end = sim::ExecutionEnd::finished;
  std::vector<Violation> violations;  // the first of each kind, and its first with harm
  std::vector<std::string> contexts;  // names, by id
  std::vector<sim::DataRace> races;   // where they are looked for
};

// By machine.cpp.  `search`, if given, is told of the end, and says in `more` whether there is
// another order.
Execution execute(const ExploreTask& task, sim::Scheduler& scheduler, sim::Search* search,
                  bool& more, std::vector<sim::Step>* steps = nullptr);

}  // namespace poolrace::models
