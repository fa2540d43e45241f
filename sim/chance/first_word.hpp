// SPDX-License-Identifier: MIT
// The inverse of a law that is monotone in its word, by bisection on the law itself: exact, whatever
// the law.
#pragma once

#include <cstdint>

namespace poolrace::sim {

// The lowest word of which `holds` is true, where it is of all above too; the highest word if of none.
template <class Holds>
std::uint64_t first_word(Holds holds) {
  std::uint64_t low = 0, high = ~std::uint64_t{0};
  while (low < high) {
    const std::uint64_t middle = low + (high - low) / 2;
    if (holds(middle))
      high = middle;
    else
      low = middle + 1;
  }
  return low;
}

}  // namespace poolrace::sim
