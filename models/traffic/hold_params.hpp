// SPDX-License-Identifier: MIT
// The numbers of the law by which pages are held; what they mean is in hold_time.hpp.
#pragma once

#include <cstdint>
#include <memory>

#include "models/choices.hpp"
#include "sim/time.hpp"

namespace poolrace::models {

struct HoldHistogram;

struct HoldTimeParams {
  HoldKind kind = HoldKind::mixture;
  // The median of the in-order class, and of the whole law for the one-law kinds.  It moves no
  // other class: each scales with its own parameters only.
  Ps hold_median = 40 * ps_per_us;
  std::int64_t hold_sigma_milli = 1000;  // in-order class, and kind lognormal

  // Shares of the other classes; in-order is what they leave of 1'000'000.
  std::uint32_t slow_ppm = 90'000;
  Ps slow_median = ps_per_ms;
  std::int64_t slow_sigma_milli = 1200;

  std::uint32_t tail_ppm = 9'900;
  Ps tail_min = 10 * ps_per_ms;
  std::int64_t tail_alpha_milli = 1200;  // also of kind pareto
  Ps tail_cap = 10 * ps_per_s;           // also of kind pareto

  std::uint32_t stuck_ppm = 100;
  Ps stuck_min = 60 * ps_per_s;
  Ps stuck_cap = 600 * ps_per_s;

  std::uint32_t fragment_ppm = 0;
  Ps fragment_time = 30 * ps_per_s;  // net.ipv4.ipfrag_time: a constant timeout

  std::shared_ptr<const HoldHistogram> histogram;  // of kind histogram: hold_histogram.hpp
};

}  // namespace poolrace::models
