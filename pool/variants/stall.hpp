// SPDX-License-Identifier: MIT
// `stall`: stall netdev unregister while pages are in flight (RFC, 6 Aug 2024).
//
// destroy: as mainline: user_cnt -> disable_direct -> free_frag -> release -> retry.
// put:     as mainline: sync, then publish.  The device reference stays.
// The whole patch lies outside the pool: at NETDEV_UNREGISTER, a listed pool that maps holds a
// netdev reference, and unregister waits for it.  So this class changes nothing, and
// VariantInfo::stalls_unregister tells the teardown to wait until the pool is gone.
// A driver that does not list its pool, or goes another way than unregister, gains nothing.
#pragma once

#include "pool/page_pool.hpp"

namespace poolrace::pool {

template <class P>
class Stall final : public PagePool<P> {
 public:
  static constexpr VariantInfo info{
      .name = "stall",
      .help = "stall netdev unregister while pages are in flight (RFC, Aug 2024)",
      .stalls_unregister = true,
  };

  using PagePool<P>::PagePool;
};

}  // namespace poolrace::pool
