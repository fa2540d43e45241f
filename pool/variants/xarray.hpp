// SPDX-License-Identifier: MIT
// `xarray`: the fix as merged (v9, ee62ce7a1d90, 9 Apr 2025).
//
// destroy: user_cnt -> disable_direct -> free_frag -> scrub { empty alloc cache; once: dma_sync =
//          false, and synchronize_net if the device needs syncs and pages are mapped; walk the
//          xarray and unmap; drain ring } -> inflight -> retry.
// put:     check dma_sync; under RCU check again and sync; then publish.
// claim:   as in the RFC: after the cmpxchg the winner reads dma_addr, unmaps and clears the
//          page's fields, which by then may belong to somebody else.
// This is that commit alone: the ring barrier (271683bb2cf3) is later than it and belongs to
// `xarray-fixed`, as do 24ef02f934ee and the stop at a negative count.
#pragma once

#include "pool/variants/xarray_v1.hpp"

namespace poolrace::pool {

template <class P>
class Xarray : public XarrayV1<P> {
 public:
  static constexpr VariantInfo info{
      .name = "xarray",
      .help = "merged fix (ee62ce7a1d90), alone",
      .destroy_unmaps = true,
      .clears_dma_sync = true,
  };

  using typename XarrayV1<P>::Page;
  using XarrayV1<P>::XarrayV1;

 protected:
  bool dma_sync_is_a_bit() override { return true; }  // again, since v8

  void sync_if_needed(Page page, std::uint32_t dma_sync_size) override {
    if (!this->dma_sync_.read("put: read dma_sync", plain) ||
        !this->p_.dma_dev_need_sync(this->dev_))
      return;
    this->p_.rcu_read_lock();
    if (this->dma_sync_.read("put: read dma_sync again, under RCU", plain))
      this->sync_for_device(page, dma_sync_size);
    this->p_.rcu_read_unlock();
  }
};

}  // namespace poolrace::pool
