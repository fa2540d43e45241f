// SPDX-License-Identifier: MIT
// A point of a study as its store has it: what defines it, the sums, and every run by its number.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "experiments/runs/paired.hpp"
#include "experiments/sweep/points.hpp"
#include "experiments/sweep/problem.hpp"
#include "experiments/sweep/store.hpp"

namespace poolrace::experiments {

struct StoredPoint {
  Fields fields;
  Tally total;
  std::vector<std::int64_t> runs;  // their numbers, beside total.rows
  ReplayOfRun replay;
};

StoredPoint stored_point(Store& store, const std::string& problem_text);

// Over the runs that both have, for a sweep may have been stopped in between; none: nothing.
std::optional<Paired> paired_points(const StoredPoint& here, const StoredPoint& versus);

}  // namespace poolrace::experiments
