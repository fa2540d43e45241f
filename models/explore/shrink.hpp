// SPDX-License-Identifier: MIT
// A schedule made simpler: fewer switches between contexts, then fewer steps, as long as it leads
// to a violation of the same kind and class, ended by the same.  Nothing is drawn.
#pragma once

#include "models/checker/checker.hpp"
#include "models/explore/task.hpp"

namespace poolrace::models {

constexpr std::uint64_t shrink_attempts = 300;  // executions

// What a schedule leads to, and itself as it was really taken, up to the violation.
struct Shrunk {
  Violation violation;
  Schedule schedule;
};
// Neither the switches nor the steps ever become more.
Shrunk shrink(const ExploreTask& task, const Violation& violation, const Schedule& schedule,
              std::uint64_t attempts = shrink_attempts);

std::size_t switches_of(const Schedule& schedule);

}  // namespace poolrace::models
