// SPDX-License-Identifier: MIT
// Shots about a date at which a put and destroy's drain are thought to meet: most in bins that grow with
// their distance from it, as a pilot's hits lie, and now and then anywhere in a stretch.
#pragma once

#include <cstddef>
#include <vector>

#include "sim/chance/random.hpp"
#include "sim/time.hpp"

namespace poolrace::experiments {

// Before and after a meeting: from 16 ns on, each as wide as those within.
inline constexpr std::size_t aim_bins_a_side = 11, aim_bins = 2 * aim_bins_a_side;
struct AimBin {
  Ps from, to;
};
AimBin aim_bin(std::size_t bin);  // against the meeting; half of them are before

struct AimProposal {
  std::vector<double> shares = std::vector<double>(aim_bins, 1);  // above 0
  double even = 0.1;                                              // anywhere in the stretch

  [[nodiscard]] double sum() const;
  // A date against the meeting, in a bin; how likely that is, a ps.
  [[nodiscard]] Ps draw(std::size_t bin, sim::Stream& stream) const;
  [[nodiscard]] std::size_t draw_bin(sim::Stream& stream) const;
  [[nodiscard]] double density(Ps from_meeting) const;
};

struct Shot {
  bool hit = false;
  double weight = 0;
  std::size_t bin = aim_bins;  // that: anywhere
  std::vector<sim::GivenWord> words;
};

}  // namespace poolrace::experiments
