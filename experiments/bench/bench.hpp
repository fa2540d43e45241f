// SPDX-License-Identifier: MIT
// What every benchmark is asked for and gives (`poolrace bench NAME`,
// experiments/commands/bench.cpp).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "experiments/scenario/common_options.hpp"

namespace poolrace::experiments {

struct BenchOptions {
  int repetitions = 7;  // of each measurement; the median counts
  // The machine, of those that simulate one: a profile (empty: their own) and what is set on it.
  std::string profile{};
  std::vector<Setting> settings{};
};

// Over the row named `versus`, pair by pair, with intervals at 95 %: of the ratio, and of how much more
// it costs.  Infinite where there are too few pairs.
struct BenchInterval {
  double ratio_low, ratio_high;
  double more, more_low, more_high;
};

struct BenchRow {
  std::string name;
  double value;
  std::string unit;
  std::string versus;  // the row the ratio is taken over; empty: none
  double ratio;
  std::optional<BenchInterval> interval = {};
};

}  // namespace poolrace::experiments
