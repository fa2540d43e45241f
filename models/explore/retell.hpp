// SPDX-License-Identifier: MIT
// A schedule taken again, step for step: what `poolrace replay` tells, and what shrinking tries.
#pragma once

#include <string>
#include <vector>

#include "models/explore/execution.hpp"

namespace poolrace::models {

struct Retelling {
  Execution execution;
  std::vector<sim::Step> steps;
  std::string astray;       // where the schedule could not be followed; empty: nowhere
  std::vector<Fact> facts;  // where the schedule ends
};
// `go_on`: past the schedule's end, each context as long as it can; else it stops there.
Retelling retell(const ExploreTask& task, const Schedule& schedule, bool go_on = true);

}  // namespace poolrace::models
