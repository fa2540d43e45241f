// SPDX-License-Identifier: MIT
// Pages in flight after destroy, as the kernel counts them (hold less release, of all pools that
// are being shut down), at fixed ages; and the "stalled pool shutdown" lines it would print.
// A look comes every 10 ms once the teardown is over, every second before: an age is met so late.
#pragma once

#include <cstdint>
#include <vector>

#include "sim/time.hpp"

namespace poolrace::models {

// Since the last destroy had returned, in seconds: dense where the worker's lines are compared.
inline constexpr std::int64_t in_flight_ages_s[] = {
    1,       2,       5,       10,        20,        30,        60,       120,    180,
    240,     300,     360,     420,       480,       540,       600,      720,    900,
    1200,    1800,    2700,    3600,      7200,      14'400,    28'800,   43'200, 86'400,
    172'800, 345'600, 604'800, 1'209'600, 2'592'000, 5'184'000, 8'640'000};
inline constexpr std::size_t in_flight_ages = std::size(in_flight_ages_s);

class InFlightCurve {
 public:
  void look(Ps age, std::uint64_t pages) {
    while (seen_.size() < in_flight_ages && age >= in_flight_ages_s[seen_.size()] * ps_per_s)
      seen_.push_back(pages);
  }
  [[nodiscard]] const std::vector<std::uint64_t>& seen() const { return seen_; }

 private:
  std::vector<std::uint64_t> seen_;
};

struct StallWarnings {
  std::uint64_t count = 0;
  std::int64_t first_age_s = 0;                    // of the first; 0: there was none
  std::int64_t last_inflight = 0, last_age_s = 0;  // as in the last: "98 inflight 1449 sec"
};

}  // namespace poolrace::models
