// SPDX-License-Identifier: MIT
// What the native world notices, counted by kind.  The names are those of the simulated checker,
// so that both worlds' tables can be laid side by side; harm is not judged here.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>

namespace poolrace::pool::native {

enum class Kind : std::uint8_t {
  unmap_after_unbind,
  sync_after_unbind,
  sync_after_unmap,
  double_unmap,
  unmap_foreign,
  page_use_after_free,
  free_while_mapped,
  pool_use_after_free,
  device_use_after_free,
  napi_use_after_free,
  tracker_corruption,
  cache_corruption,
  leak,
  wrong_context,
  accounting,
};

inline constexpr std::array kind_names{"unmap-after-unbind",
                                       "sync-after-unbind",
                                       "sync-after-unmap",
                                       "double-unmap",
                                       "unmap-foreign",
                                       "page-use-after-free",
                                       "free-while-mapped",
                                       "pool-use-after-free",
                                       "device-use-after-free",
                                       "napi-use-after-free",
                                       "tracker-corruption",
                                       "cache-corruption",
                                       "leak",
                                       "wrong-context",
                                       "accounting"};

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
  std::array<std::atomic<std::uint64_t>, kind_names.size()> count_{};
  mutable std::mutex mutex_;
  std::map<std::string, std::uint64_t> warnings_;
};

}  // namespace poolrace::pool::native
