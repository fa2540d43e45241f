// SPDX-License-Identifier: MIT
// `xarray-v1`: the xarray with dma_sync cleared, the reader without RCU (v1, 14 Mar 2025).
//
// destroy: user_cnt -> disable_direct -> free_frag -> scrub { empty alloc cache; once: dma_sync =
//          false, and synchronize_net if the device needs syncs and pages are mapped; walk the
//          xarray and unmap; drain ring } -> inflight -> retry.
// put:     as mainline: sync, then publish.  Softirqs are readers by nature; a preemptible task
//          between its check and its sync is not, and nobody waits for it.
// claim:   as in the RFC: the winner clears the page's fields.
// Silent: whether the grace period is skipped when dma_sync was never set.  Our choice: yes, as in
// the merged version.
// dma_sync is a field of its own, cleared by WRITE_ONCE and read plain (READ_ONCE came with v6).
#pragma once

#include "pool/variants/xarray_base.hpp"

namespace poolrace::pool {

template <class P>
class XarrayV1 : public XarrayPool<P> {
 public:
  static constexpr VariantInfo info{
      .name = "xarray-v1",
      .help = "xarray, clears dma_sync, reader takes no RCU lock (14 Mar 2025)",
      .destroy_unmaps = true,
      .clears_dma_sync = true,
  };

  using XarrayPool<P>::XarrayPool;

 protected:
  bool dma_sync_is_a_bit() override { return false; }

  void before_walk() override {
    if (!this->dma_sync_.read("scrub: read dma_sync", plain)) return;
    this->dma_sync_.write("scrub: clear dma_sync", false, once);
    if (this->p_.dma_dev_need_sync(this->dev_) && !this->dma_mapped_.empty())
      this->p_.synchronize_net("scrub: synchronize_net");
  }
};

}  // namespace poolrace::pool
