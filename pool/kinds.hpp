// SPDX-License-Identifier: MIT
// The kinds of violation by name, for every world that looks for them.  What rule each breaks, and
// what harm comes of it, only the simulated machine can judge (models/checker/kinds.hpp).
#pragma once

#include <cstddef>
#include <cstdint>
#include <iterator>

namespace poolrace::pool {

enum class Kind : std::uint8_t {
  unmap_after_unbind,
  sync_after_unbind,
  map_after_unbind,
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
  payload_corruption,
  dma_to_freed_page,
  iommu_fault,
  leak,
  teardown_stall,
  wrong_context,
  accounting,  // stays the last
};

inline constexpr const char* kind_names[] = {
    "unmap-after-unbind",
    "sync-after-unbind",
    "map-after-unbind",
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
    "payload-corruption",
    "dma-to-freed-page",
    "iommu-fault",
    "leak",
    "teardown-stall",
    "wrong-context",
    "accounting",
};
inline constexpr std::size_t kind_count = std::size(kind_names);
static_assert(static_cast<std::size_t>(Kind::accounting) + 1 == kind_count,
              "a kind and its name stand in the same place of two lists");

constexpr const char* kind_name(Kind kind) {
  return kind_names[static_cast<std::size_t>(kind)];
}

}  // namespace poolrace::pool
