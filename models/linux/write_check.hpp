// SPDX-License-Identifier: MIT
// Are all writes announced?  Between two hooks only bytes may change that the first of them named;
// else an order was never tried, silently.  Slow, and for tests: every step compares all memory.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

namespace poolrace::models::linux_tree {

class WriteCheck {
 public:
  static inline bool wanted = false;
  static inline std::uint64_t checks = 0, unannounced = 0;  // of the process

  using Range = std::pair<const char*, std::uint64_t>;
  void watch(const char* at, std::uint64_t size);  // as it is now
  void check(const std::vector<Range>& announced);
  void clear() { shadows_.clear(); }

 private:
  struct Shadow {
    const char* at;
    std::vector<char> bytes;
  };
  std::vector<Shadow> shadows_;
};

}  // namespace poolrace::models::linux_tree
