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
// Past the schedule's end so many steps more, each context as long as it can.
inline constexpr std::size_t to_the_end = ~std::size_t{0};
Retelling retell(const ExploreTask& task, const Schedule& schedule, std::size_t more = to_the_end);

}  // namespace poolrace::models
