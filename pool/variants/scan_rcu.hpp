// SPDX-License-Identifier: MIT
// `scan-rcu`: RFC v4, patches 1, 2 and 3: the seed thread's rcu-guarded sync (20 Nov 2024).
//
// destroy: … release -> dma_sync = false -> synchronize_rcu -> scan -> retry.
// put:     publish first, sync afterwards.  Into the ring: produce, unlock, count, then check and
//          sync under RCU.  Into the cache: push, then sync.  In bulk: RCU around the whole
//          produce loop, a sync after each page, inside the producer lock.
#pragma once

#include "pool/variants/scan.hpp"
#include "pool/variants/sync_in_bulk.hpp"

namespace poolrace::pool {

template <class P>
class ScanRcu final : public SyncInBulk<Scan<P>> {
  using Base = SyncInBulk<Scan<P>>;

 public:
  static constexpr VariantInfo info{
      .name = "scan-rcu",
      .help = "RFC v4 patches 1+2+3: the seed thread's rcu-guarded sync",
      .destroy_unmaps = true,
      .scans_memory = true,
      .clears_dma_sync = true,
  };

  using Base::Base;
  using typename Base::Page;

 protected:
  void destroy_order() override {
    this->disable_direct_recycling();
    this->free_frag();
    if (this->release() == 0) return;
    this->dma_sync_.write("destroy: clear dma_sync", false, plain);
    this->p_.synchronize_rcu("destroy: synchronize_rcu");
    this->inflight_unmap();
    this->detach_and_retry();
  }

  void recycle(Page page, std::uint32_t dma_sync_size, bool allow_direct) override {
    if (allow_direct && this->recycle_in_cache(page)) {
      this->sync_if_needed(page, dma_sync_size);
      return;
    }
    if (this->recycle_in_ring(page)) {
      this->p_.rcu_read_lock();
      this->sync_if_needed(page, dma_sync_size);
      this->p_.rcu_read_unlock();
      return;
    }
    this->count(RecycleStat::ring_full);
    this->return_page(page);
  }
};

}  // namespace poolrace::pool
