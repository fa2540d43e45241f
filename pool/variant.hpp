// SPDX-License-Identifier: MIT
// What is known of a variant of the pool, and how to come by one, without seeing its code: who
// needs a pool by name includes this.  A platform instantiates all of them once, in one source
// that includes variants/all.hpp (models/pools.cpp, models/explore/pools.cpp, native/pools.cpp).
#pragma once

#include <memory>
#include <span>
#include <string_view>

#include "pool/platform.hpp"
#include "pool/pool.hpp"

namespace poolrace::pool {

struct VariantInfo {
  const char* name;
  const char* help;
  bool destroy_unmaps = false;     // destroy ends the mappings of pages that are in flight
  bool scans_memory = false;       // all of it, page by page: each has a date of its own
  bool clears_dma_sync = false;    // and keeps later puts from syncing
  bool skips_unmap = false;        // later puts do not unmap either
  bool stalls_unregister = false;  // netdev unregister waits until the pool is gone
  bool waits_in_destroy = false;   // destroy itself does
  bool for_teaching = false;       // never posted: in no table, known by its name alone
  bool order_known = true;         // the above is all that estimates need; of a tree it is not
};

// In the order of their publication.
template <class P>
std::span<const VariantInfo> variant_infos();

// Those that are for teaching: `variant_infos` leaves them out.
template <class P>
std::span<const VariantInfo> teaching_infos();

// A pool of the named variant, opened; null for an unknown name.
template <class P>
std::unique_ptr<Pool<typename P::Page>> make_pool(std::string_view variant, P& p,
                                                  typename P::Device& dev, typename P::Napi* napi,
                                                  const PoolParams& params, const Limits& limits);

}  // namespace poolrace::pool
