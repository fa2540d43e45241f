// SPDX-License-Identifier: MIT
// `scan-rcu`: RFC v4, patches 1, 2 and 3: the seed thread's rcu-guarded sync (20 Nov 2024).
//
// destroy: … release -> dma_sync = false -> synchronize_rcu -> scan -> retry.
// put:     publish first, sync afterwards.  Into the ring: produce, unlock, count, then check and
//          sync under RCU.  Into the cache: push, then sync.  In bulk: RCU around the whole
//          produce loop, a sync after each page, inside the producer lock.
#pragma once

#include "pool/variants/scan.hpp"

namespace poolrace::pool {

template <class P>
class ScanRcu final : public Scan<P> {
  using Base = PagePool<P>;

 public:
  using typename Base::Page;
  using Scan<P>::Scan;

 protected:
  void destroy_order() override {
    this->disable_direct_recycling();
    this->free_frag();
    if (this->release() == 0) return;
    this->dma_sync_.write("destroy: clear dma_sync", false);
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

  void recycle_bulk_one(Page page, bool allow_direct, std::vector<Page>& for_ring) override {
    if (allow_direct && this->recycle_in_cache(page))
      this->sync_if_needed(page, Base::whole_page);
    else
      for_ring.push_back(page);
  }

  std::uint32_t produce_bulk(const std::vector<Page>& pages) override {
    const bool bh = this->lock_producer();
    this->p_.rcu_read_lock();
    std::uint32_t produced = 0;
    while (produced < pages.size() && this->ring_.produce(pages[produced])) {
      this->sync_if_needed(pages[produced], Base::whole_page);
      ++produced;
    }
    this->p_.rcu_read_unlock();
    this->count_bulk(produced, pages.size());
    this->unlock_producer(bh);
    return produced;
  }
};

}  // namespace poolrace::pool
