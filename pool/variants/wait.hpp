// SPDX-License-Identifier: MIT
// `wait`: destroy waits for every page in flight (proposed Nov 2024, never posted as such).
//
// destroy: user_cnt -> disable_direct -> free_frag -> release; then sleep and release again, until
//          nothing is in flight and the pool is gone.  Only then does the driver go on.
// put:     as mainline: sync, then publish.  The device reference stays.
// The proposal is silent about how to wait.  Our choice: look again every 10 ms, draining the ring
// each time; no time limit; no kicking of whoever holds the pages (the flush of the deferred-free
// list that was posted with it is not the pool's).
// Sleeping is p.msleep(site, ms), which a platform need not have: without it this variant falls
// back to mainline's retry work and does not wait.
#pragma once

#include "pool/page_pool.hpp"

namespace poolrace::pool {

template <class P>
class Wait final : public PagePool<P> {
 public:
  static constexpr VariantInfo info{
      .name = "wait",
      .help = "destroy waits for every in-flight page (proposed, never posted)",
      .waits_in_destroy = true,
  };

  using PagePool<P>::PagePool;

 protected:
  void destroy_order() override {
    this->disable_direct_recycling();
    this->free_frag();
    if (this->release() == 0) return;
    wait_for_pages(this->p_);
  }

 private:
  static constexpr std::int64_t look_again_ms = 10;

  template <class Platform>
  void wait_for_pages(Platform& p) {
    if constexpr (requires { p.msleep("destroy: wait for pages", look_again_ms); }) {
      do p.msleep("destroy: wait for pages", look_again_ms);
      while (this->release() != 0);  // at 0 the pool no longer exists
    } else {
      this->detach_and_retry();
    }
  }
};

}  // namespace poolrace::pool
