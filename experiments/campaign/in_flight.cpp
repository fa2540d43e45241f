// SPDX-License-Identifier: MIT
#include "experiments/campaign/in_flight.hpp"

#include <algorithm>

#include "pool/stats.hpp"

namespace poolrace::experiments {

void InFlightSummary::add(const models::RunResult& result) {
  const auto pages = [](std::uint64_t n) { return static_cast<std::int64_t>(n); };
  at_start.push_back(pages(result.in_flight_at_start));
  at_destroy.push_back(pages(result.in_flight_at_destroy));
  at_unbind += result.in_flight_at_unbind;
  at_end.push_back(pages(result.outstanding));
  for (std::size_t i = 0; i < result.in_flight_after.size(); ++i)
    after[i].push_back(pages(result.in_flight_after[i]));
  const models::StallWarnings& w = result.stall_warnings;
  warnings.push_back(pages(w.count));
  if (w.count > 0)
    first_warning_s = std::min(first_warning_s.value_or(w.first_age_s), w.first_age_s);
  if (w.last_age_s > longest.last_age_s) longest = w;
  for (std::size_t i = 0; i < pool_counters.size(); ++i)
    pool_counters[i] += result.pool_counters[i];
}

const char* pool_counter_name(std::size_t i) {
  constexpr std::size_t allocs = std::size(pool::alloc_stat_names);
  return i < allocs ? pool::alloc_stat_names[i] : pool::recycle_stat_names[i - allocs];
}

}  // namespace poolrace::experiments
