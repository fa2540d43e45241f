// SPDX-License-Identifier: MIT
#include "models/linux/write_check.hpp"

#include <algorithm>
#include <cstring>

namespace poolrace::models::linux_tree {

void WriteCheck::watch(const char* at, std::uint64_t size) {
  for (Shadow& shadow : shadows_)
    if (at >= shadow.at && at + size <= shadow.at + shadow.bytes.size()) {
      std::memcpy(shadow.bytes.data() + (at - shadow.at), at, size);
      return;
    }
  shadows_.push_back({at, std::vector<char>(at, at + size)});
}

void WriteCheck::check(const std::vector<Range>& announced) {
  ++checks;
  for (Shadow& shadow : shadows_) {
    for (const auto& [at, size] : announced) {
      const char* begin = std::max(at, shadow.at);
      const char* end = std::min(at + size, shadow.at + shadow.bytes.size());
      if (begin < end)
        std::memcpy(shadow.bytes.data() + (begin - shadow.at), begin,
                    static_cast<std::size_t>(end - begin));
    }
    if (std::memcmp(shadow.bytes.data(), shadow.at, shadow.bytes.size()) == 0) continue;
    ++unannounced;
    std::memcpy(shadow.bytes.data(), shadow.at, shadow.bytes.size());
  }
}

}  // namespace poolrace::models::linux_tree
