// SPDX-License-Identifier: MIT
// The allocator's eleven counters.  The alloc side's are plain, for one context alone updates
// them; the recycle side's are per CPU and live in memory that goes away with the pool, so
// touching them late is a use after free like any other.
#pragma once

#include <cstdint>

namespace poolrace::pool {

struct AllocStats {
  std::uint64_t fast = 0;             // from the alloc cache
  std::uint64_t slow = 0;             // from the page allocator, order 0
  std::uint64_t slow_high_order = 0;  // from the page allocator, order above 0
  std::uint64_t empty = 0;            // the ring was empty
  std::uint64_t refill = 0;           // the cache was refilled from the ring
  std::uint64_t waive = 0;            // a page of the wrong node was given back
};

enum class RecycleStat : std::uint8_t { cached, cache_full, ring, ring_full, released_refcnt };
inline constexpr std::size_t recycle_stat_count = 5;

struct RecycleStats {
  std::uint64_t cached = 0, cache_full = 0, ring = 0, ring_full = 0, released_refcnt = 0;
};

// Names as ethtool prints them, in the order of the fields above.
inline constexpr const char* alloc_stat_names[] = {"rx_pp_alloc_fast",    "rx_pp_alloc_slow",
                                                   "rx_pp_alloc_slow_ho", "rx_pp_alloc_empty",
                                                   "rx_pp_alloc_refill",  "rx_pp_alloc_waive"};
inline constexpr const char* recycle_stat_names[] = {
    "rx_pp_recycle_cached", "rx_pp_recycle_cache_full", "rx_pp_recycle_ring",
    "rx_pp_recycle_ring_full", "rx_pp_recycle_released_ref"};

}  // namespace poolrace::pool
