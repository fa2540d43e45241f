// SPDX-License-Identifier: MIT
// What is kept of one run: what came of it, when, and what it cost.  Left out: how it came to that;
// `poolrace replay` and `poolrace trace` tell it again.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "models/machine.hpp"

namespace poolrace::experiments {

struct RunRow {
  bool crashed = false, corrupted = false, leaked = false, stalled = false;
  std::uint32_t misuse = 0, harm = 0;                     // kinds, a bit each
  std::int64_t first_harm_kind = -1, first_harm_ns = -1;  // −1: none; since the run began
  std::int64_t teardown_ns = -1, destroy_ns = -1;         // −1: did not end
  std::int64_t grace_ns = 0;                              // of the teardown
  std::int64_t packets = 0;                               // in the measured stretch, as the costs
  std::int64_t sync_ps = 0, guard_ps = 0, cpu_ps = 0;
  std::int64_t in_flight_at_start = 0, in_flight_at_destroy = 0, still_out = 0;  // pages
  std::uint64_t fingerprint = 0;
  bool operator==(const RunRow&) const = default;
};

RunRow run_row(const models::RunResult& result);

// In run order, of the runs in which it ended.
std::vector<std::int64_t> teardown_times_ns(const std::vector<RunRow>& rows);
std::vector<std::int64_t> destroy_times_ns(const std::vector<RunRow>& rows);

// Nothing is lost.  unpack_rows throws ConfigError if the bytes are none of pack_rows'.
std::string pack_rows(const std::vector<RunRow>& rows);
std::vector<RunRow> unpack_rows(const std::string& bytes);

}  // namespace poolrace::experiments
