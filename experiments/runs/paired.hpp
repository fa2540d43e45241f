// SPDX-License-Identifier: MIT
// What one variant does more than another, run by run on the same draws: what both have in common
// (the traffic, the phase of the timers) cancels, so that less is left to chance.
#pragma once

#include <vector>

#include "experiments/runs/run_row.hpp"
#include "experiments/statistics/statistics.hpp"

namespace poolrace::experiments {

struct Paired {
  Estimate probability;                            // of a crash
  std::int64_t crashed_only = 0, spared_only = 0;  // runs in which only this one, only that one did
  Estimate teardown_us;                            // median; over
  std::int64_t teardowns = 0;                      // runs in which both ended
  // Median over runs.  A run in some dozens meets a retry, a refill or a flush that costs a hundred
  // times the guard; no interval of the mean is honest about those it has not met (Student's covered
  // 72 % at 30 runs of scan, 40 % at 6).  By run, so that it also holds where the CPUs are saturated
  // and fewer packets get through.
  Estimate cpu_ns_per_packet;
  std::int64_t costs = 0;  // runs in which both had packets
};

// Rows of the same runs in the same order.
Paired paired(const std::vector<RunRow>& here, const std::vector<RunRow>& versus);

}  // namespace poolrace::experiments
