// SPDX-License-Identifier: MIT
#include "experiments/runs/paired.hpp"

namespace poolrace::experiments {

Paired paired(const std::vector<RunRow>& here, const std::vector<RunRow>& versus) {
  check(here.size() == versus.size(), "pairs are of the same runs");
  Paired out;
  std::vector<double> times_here, times_versus, costs_here, costs_versus;
  for (std::size_t i = 0; i < here.size(); ++i) {
    const RunRow &a = versus[i], &b = here[i];
    out.crashed_only += b.crashed && !a.crashed;
    out.spared_only += a.crashed && !b.crashed;
    if (a.teardown_ns >= 0 && b.teardown_ns >= 0) {
      times_versus.push_back(static_cast<double>(a.teardown_ns) / 1000);
      times_here.push_back(static_cast<double>(b.teardown_ns) / 1000);
    }
    if (a.packets > 0 && b.packets > 0) {
      const auto cost = [](const RunRow& row) {
        return static_cast<double>(row.cpu_ps) / ps_per_ns / static_cast<double>(row.packets);
      };
      costs_versus.push_back(cost(a));
      costs_here.push_back(cost(b));
    }
  }
  out.probability = paired_probability_difference(out.spared_only, out.crashed_only,
                                                  static_cast<std::int64_t>(here.size()));
  out.teardowns = std::ssize(times_here);
  out.teardown_us = paired_median_difference(times_versus, times_here);
  out.costs = std::ssize(costs_here);
  out.cpu_ns_per_packet = paired_median_difference(costs_versus, costs_here);
  return out;
}

}  // namespace poolrace::experiments
