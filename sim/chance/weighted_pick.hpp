// SPDX-License-Identifier: MIT
// One of several, as likely as its weight.  In doubles: for estimates, not for what a run draws.
#pragma once

#include <cstddef>
#include <span>

#include "sim/chance/random.hpp"

namespace poolrace::sim {

// `sum` is that of the weights, some of which are above 0; takes one word.
inline std::size_t weighted_pick(std::span<const double> weights, double sum, Stream& stream) {
  double left = stream.uniform() * sum;
  std::size_t last = 0;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    if (weights[i] <= 0) continue;
    last = i;
    if (left < weights[i]) return i;
    left -= weights[i];
  }
  return last;
}

}  // namespace poolrace::sim
