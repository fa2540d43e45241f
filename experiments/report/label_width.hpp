// SPDX-License-Identifier: MIT
// The first column of every table for people: the variants' labels, two blanks behind the longest.
#pragma once

#include <algorithm>
#include <cstddef>

#include "experiments/campaign/campaign.hpp"
#include "models/linux/variant.hpp"

namespace poolrace::experiments {

inline std::size_t label_width(const Campaign& c, std::size_t least = 14) {
  for (const VariantSummary& v : c.variants)
    least = std::max(least, models::linux_tree::label_of(v.variant).size() + 2);
  return least;
}

}  // namespace poolrace::experiments
