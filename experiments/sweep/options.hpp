// SPDX-License-Identifier: MIT
// What a sweep is asked for, and the words for it.
#pragma once

#include <string>
#include <vector>

#include "experiments/cli/command_line.hpp"
#include "experiments/sweep/grid.hpp"
#include "experiments/sweep/store.hpp"

namespace poolrace::experiments {

// When a point has runs enough: its 95 % confidence sequence for the crash probability has a half
// width of at most `relative` times the estimate, or lies below `below` altogether (that is how a
// point without a crash ends).  relative = 0: never, every point gets all runs.
struct Until {
  double relative = 0, below = 0.001;
  bool tight(std::int64_t crashed, std::int64_t runs) const;
};

struct Shard {
  std::int64_t index = 0, count = 1;  // index from 0
};

struct SweepOptions {
  CommonOptions common;  // without what is varied
  std::vector<Point> points;
  std::string store = store_in_memory;
  std::int64_t block_runs = 50;
  Until until;
  Shard shard;
  std::string versus;  // "": reference_variant() chooses
};

// `poolrace sweep`: the common options and its own.
CommandLine sweep_line();
SweepOptions sweep_options(const ParsedLine& line);

}  // namespace poolrace::experiments
