// SPDX-License-Identifier: MIT
// The Poisson-binomial law by convolution, one run at a time, over a sliding window of counts whose
// probability still matters.  No normal approximation: rare events are where it fails.
#include <algorithm>

#include "experiments/statistics/statistics.hpp"
#include "sim/errors.hpp"

namespace poolrace::experiments {
namespace {

// P(K = first + i) for i in [0, mass.size()); the rest is below `negligible` each.
struct Counts {
  std::int64_t first = 0;
  std::vector<double> mass{1.0};
};

constexpr double negligible = 1e-30;

void add_run(Counts& counts, double p) {
  std::vector<double>& mass = counts.mass;
  mass.push_back(0);
  for (std::size_t i = mass.size() - 1; i > 0; --i) mass[i] = mass[i] * (1 - p) + mass[i - 1] * p;
  mass[0] *= 1 - p;
  while (mass.back() < negligible) mass.pop_back();
  const auto kept =
      std::find_if(mass.begin(), mass.end(), [](double m) { return m >= negligible; });
  counts.first += kept - mass.begin();
  mass.erase(mass.begin(), kept);
}

}  // namespace

double poisson_binomial_p_value(const std::vector<double>& probabilities, std::int64_t hits) {
  check(0 <= hits && hits <= static_cast<std::int64_t>(probabilities.size()),
        "hits are between 0 and the number of runs");
  Counts counts;
  for (const double p : probabilities) {
    check(0 <= p && p <= 1, "a run's probability is between 0 and 1");
    add_run(counts, p);
  }
  double at_most = 0, at_least = 0;
  for (std::size_t i = 0; i < counts.mass.size(); ++i) {
    const std::int64_t count = counts.first + static_cast<std::int64_t>(i);
    if (count <= hits) at_most += counts.mass[i];
    if (count >= hits) at_least += counts.mass[i];
  }
  return std::min(1.0, 2 * std::min(at_most, at_least));
}

}  // namespace poolrace::experiments
