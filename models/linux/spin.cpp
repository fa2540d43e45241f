// SPDX-License-Identifier: MIT
#include "models/linux/spin.hpp"

#include <algorithm>
#include <utility>

namespace poolrace::models::linux_tree {

void Spin::read(std::uint32_t context, std::uint64_t byte) {
  if (context >= looks_.size()) looks_.resize(context + 1);
  std::vector<Look>& looks = looks_[context];
  const auto known = std::find_if(looks.begin(), looks.end(),
                                  [byte](const Look& look) { return look.byte == byte; });
  const Look look{byte, writes_[byte].size()};
  if (known == looks.end())
    looks.push_back(look);
  else
    *known = look;
}

void Spin::unseen(std::uint32_t context, std::uint64_t byte, std::uint64_t last, bool wrote) {
  if (last == 0) return;
  for (Look& look : looks_[context])
    if (look.byte == byte) look.writes = writes_of(byte) - last - (wrote ? 1 : 0);
}

std::uint64_t Spin::wrote(std::uint64_t byte) {
  writes_[byte].push_back(++clock_);
  return number(byte, writes_[byte].size());
}

std::vector<Spin::Look> Spin::looks(std::uint32_t context) {
  if (context >= looks_.size()) return {};
  return std::exchange(looks_[context], {});
}

std::uint64_t Spin::first_after(const std::vector<Look>& looks) const {
  std::uint64_t first = 0, when = UINT64_MAX;
  for (const Look& look : looks) {
    const auto it = writes_.find(look.byte);
    if (it == writes_.end() || it->second.size() <= look.writes) continue;
    if (it->second[look.writes] >= when) continue;
    when = it->second[look.writes];
    first = number(look.byte, look.writes + 1);
  }
  return first;
}

}  // namespace poolrace::models::linux_tree
