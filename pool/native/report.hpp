// SPDX-License-Identifier: MIT
// What the native world notices, counted by kind.  Left out: harm, which is not judged here, and
// the kinds that need a device or a cache.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>

#include "pool/kinds.hpp"

namespace poolrace::pool::native {

// Counters only: a report must cost little, for it comes in the middle of a race.
class Reports {
 public:
  void add(Kind kind, std::uint64_t by = 1) {
    count_[static_cast<std::size_t>(kind)].fetch_add(by, std::memory_order_relaxed);
  }
  [[nodiscard]] std::uint64_t count(Kind kind) const {
    return count_[static_cast<std::size_t>(kind)].load(std::memory_order_relaxed);
  }
  [[nodiscard]] std::uint64_t total() const;
  [[nodiscard]] std::string text() const;  // "kind 3, other-kind 1", or "none"
  void clear();

  void warn(const char* sentence);  // what the kernel would print
  [[nodiscard]] std::map<std::string, std::uint64_t> warnings() const;

 private:
  std::array<std::atomic<std::uint64_t>, kind_count> count_{};
  mutable std::mutex mutex_;
  std::map<std::string, std::uint64_t> warnings_;
};

}  // namespace poolrace::pool::native
