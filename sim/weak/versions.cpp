// SPDX-License-Identifier: MIT
#include "sim/weak/versions.hpp"

#include <algorithm>

namespace poolrace::sim {

std::vector<std::size_t> Versions::of(ByteMask bytes) const {
  std::vector<std::size_t> out;
  for (std::size_t i = 0; i < list_.size(); ++i)
    if (i == 0 || (list_[i].bytes & bytes) != 0) out.push_back(i);
  return out;
}

std::size_t Versions::index_of(std::uint32_t number) const {
  const auto found = std::find_if(list_.begin(), list_.end(),
                                  [number](const Version& v) { return v.number == number; });
  return static_cast<std::size_t>(found - list_.begin());
}

std::size_t Versions::seen(std::uint32_t cpu, ByteMask bytes) const {
  std::size_t out = 0;
  if (cpu >= seen_.size()) return out;
  for (std::size_t b = 0; b < 8; ++b)
    if ((bytes >> b & 1) != 0 && seen_[cpu][b] != 0) out = std::max(out, index_of(seen_[cpu][b]));
  return out;
}

void Versions::see(std::uint32_t cpu, ByteMask bytes, std::size_t i) {
  if (cpu >= seen_.size()) seen_.resize(cpu + 1);
  for (std::size_t b = 0; b < 8; ++b)
    if ((bytes >> b & 1) != 0) seen_[cpu][b] = list_[i].number;
}

int Versions::found_late(std::uint32_t cpu, std::uint32_t number) const {
  return cpu < late_.size() && late_[cpu].number == number ? late_[cpu].times : 0;
}

void Versions::find_late(std::uint32_t cpu, std::uint32_t number) {
  if (cpu >= late_.size()) late_.resize(cpu + 1);
  late_[cpu] = {number, found_late(cpu, number) + 1};
}

void Versions::insert(std::size_t i, const Version& version) {
  list_.insert(list_.begin() + static_cast<std::ptrdiff_t>(i), version);
  for (Reader& reader : readers_)
    if (reader.found >= i) ++reader.found;
}

bool Versions::was_not_missed(std::size_t i, ByteMask bytes) const {
  for (const Reader& reader : readers_) {
    auto left = static_cast<unsigned>(reader.bytes & bytes);
    for (std::size_t at = i; at <= reader.found && at < list_.size(); ++at)
      left &= ~static_cast<unsigned>(list_[at].bytes);
    if (reader.found >= i && left != 0) return false;
  }
  return true;
}

}  // namespace poolrace::sim
