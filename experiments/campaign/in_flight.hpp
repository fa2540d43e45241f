// SPDX-License-Identifier: MIT
// Pages in flight over all runs of a variant, the warnings that the kernel would print of them, and
// the pool's counters: what people see of this problem long before anything crashes.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "models/machine.hpp"

namespace poolrace::experiments {

struct InFlightSummary {
  std::vector<std::int64_t> at_start, at_destroy, at_end;  // by run, in pages
  std::uint64_t at_unbind = 0;                             // of all runs together
  // By age (models::in_flight_ages_s): of the runs that got there, or were over before.
  std::vector<std::vector<std::int64_t>> after =
      std::vector<std::vector<std::int64_t>>(models::in_flight_ages);
  std::vector<std::int64_t> warnings;  // by run: how many
  std::optional<std::int64_t> first_warning_s;
  models::StallWarnings longest;  // of the run that warned longest
  std::array<std::uint64_t, 11> pool_counters{};

  void add(const models::RunResult& result);
};

const char* pool_counter_name(std::size_t i);  // as ethtool prints it

}  // namespace poolrace::experiments
