// SPDX-License-Identifier: MIT
#include "sim/weak/versions.hpp"

#include <algorithm>
#include <utility>

namespace poolrace::sim {

std::size_t Versions::seen(std::uint32_t cpu) const {
  if (cpu >= seen_.size() || seen_[cpu] == 0) return 0;
  const auto found = std::find_if(list_.begin(), list_.end(), [number = seen_[cpu]](const auto& v) {
    return v.number == number;
  });
  return static_cast<std::size_t>(found - list_.begin());
}

void Versions::see(std::uint32_t cpu, std::size_t i) {
  if (cpu >= seen_.size()) seen_.resize(cpu + 1);
  seen_[cpu] = list_[i].number;
}

void Versions::insert(std::size_t i, Version version) {
  list_.insert(list_.begin() + static_cast<std::ptrdiff_t>(i), std::move(version));
}

}  // namespace poolrace::sim
