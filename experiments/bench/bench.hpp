// SPDX-License-Identifier: MIT
// What every benchmark is asked for and gives (`poolrace bench NAME`,
// experiments/commands/bench.cpp).
#pragma once

#include <string>

namespace poolrace::experiments {

struct BenchOptions {
  int repetitions = 7;  // of each measurement; the median counts
};

struct BenchRow {
  std::string name;
  double value;
  std::string unit;
  std::string versus;  // the row the ratio is taken over; empty: none
  double ratio;
};

}  // namespace poolrace::experiments
