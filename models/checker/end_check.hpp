// SPDX-License-Identifier: MIT
// What can be said only when the run is over and the machine at rest: what nobody can free any
// more is a leak, what somebody still holds is outstanding; and a pool's count in flight must be
// the checker's own.  Mirrors what a person would find in /proc afterwards, no kernel check.
#pragma once

#include <cstdint>
#include <vector>

#include "models/checker/checker.hpp"

namespace poolrace::models {

// What the machine says of its own books; the checker's are compared with them.
struct AtEnd {
  struct Pool {
    std::uint32_t id = 0;  // as in the checker's books
    bool destroyed = false;
    bool freed = false;
    int inflight = 0;  // as the pool counts
  };
  std::vector<Pool> pools;
  std::uint64_t held = 0;     // pages with holders, of all pools
  std::uint64_t orphans = 0;  // live mappings of pages that were freed
  std::uint64_t iovas = 0;    // handed out and not waiting for a flush
  std::uint64_t ptes = 0;
  bool domain = false;                         // there is an IOMMU domain, and the device is in it
  std::uint64_t bounce_slots = 0;              // mappings through swiotlb
  int device_refs = 0, device_refs_owned = 0;  // counted; those of a live owner
  bool retried = false;  // every pool has had two retries since its last page moved
};

void check_end(Checker& checker, const AtEnd& end);

}  // namespace poolrace::models
