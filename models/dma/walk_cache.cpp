// SPDX-License-Identifier: MIT
#include "models/dma/walk_cache.hpp"

#include <algorithm>

namespace poolrace::models {

std::uint32_t WalkCache::walk(std::uint64_t page) {
  std::uint32_t level = 0;
  for (; level < shifts.size(); ++level) {
    std::vector<std::uint64_t>& known = levels_[level];
    const std::uint64_t key = page >> shifts[level];
    const auto at = std::find(known.begin(), known.end(), key);
    if (at != known.end()) {
      std::rotate(at, at + 1, known.end());
      break;
    }
    if (entries_ == 0) continue;
    if (known.size() == entries_) known.erase(known.begin());
    known.push_back(key);
  }
  return level;
}

void WalkCache::forget(std::uint64_t page) {
  for (std::size_t level = 0; level < shifts.size(); ++level) {
    std::vector<std::uint64_t>& known = levels_[level];
    const auto at = std::find(known.begin(), known.end(), page >> shifts[level]);
    if (at != known.end()) known.erase(at);
  }
}

void WalkCache::forget_all() {
  for (std::vector<std::uint64_t>& known : levels_) known.clear();
}

}  // namespace poolrace::models
