// SPDX-License-Identifier: MIT
#include "models/dma/command_word.hpp"

namespace poolrace::models {

void CommandWord::reserve(std::uint32_t slots) {
  static constexpr sim::Site site{"iommu: reserve command slots"};
  if (algorithm_ == CommandAlgorithm::fetch_add) {
    word_.add_return(site, slots, Ordering::full);
    return;
  }
  std::uint32_t seen = word_.read("iommu: read the command queue's word", Ordering::once);
  for (;;) {
    const std::uint32_t found = word_.cmpxchg(site, seen, seen + slots, Ordering::full);
    if (found == seen) return;
    ++retries_;
    seen = found;
  }
}

// The mark of an open batch is a bit of the same word; that it changes is what counts.
void CommandWord::close() {
  word_.add_return("iommu: close the batch of commands", 1, Ordering::full);
}

}  // namespace poolrace::models
