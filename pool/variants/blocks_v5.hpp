// SPDX-License-Identifier: MIT
// `blocks-v5`: item blocks (RFC v5, 13 Dec 2024).
//
// destroy: user_cnt -> disable_direct -> free_frag -> release -> dma_sync = false ->
//          synchronize_rcu -> items_unmap { per item: test MAPPED; under item_lock take its page,
//          and the item through that page; test MAPPED again, unmap } -> retry.
// put:     publish first.  Ring: produce, unlock, check dma_sync, check and sync under RCU, count.
//          Cache: push, then sync.  Bulk: RCU around the whole loop, a sync after each produce.
// Return:  in RCU, destroy_cnt != 0 => under item_lock, from unmap to free; skipped if not MAPPED.
// RCU around the read of p.napi as in RFC v4.
// Between the first test and the lock the page may have left: the item then holds a link.
// Left out: patches 6 to 8 (lists with batching instead of ring and array).
#pragma once

#include "pool/variants/blocks.hpp"
#include "pool/variants/bulk_stat.hpp"

namespace poolrace::pool {

template <class P>
class BlocksV5 final : public BulkStatInLock<BlocksPool<P>> {
  using Base = BulkStatInLock<BlocksPool<P>>;

 public:
  static constexpr VariantInfo info{
      .name = "blocks-v5",
      .help = "item blocks, RFC v5 (Dec 2024)",
      .destroy_unmaps = true,
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
    items_unmap();
    this->detach_and_retry();
  }

  void recycle(Page page, std::uint32_t dma_sync_size, bool allow_direct) override {
    if (allow_direct && this->recycle_in_cache(page)) {
      this->sync_if_needed(page, dma_sync_size);
      return;
    }
    const bool bh = this->lock_producer();
    const bool produced = this->ring_.produce(page);
    this->unlock_producer(bh);
    if (produced && this->dma_sync_.read("put: read dma_sync before the guard", plain)) {
      this->p_.rcu_read_lock();
      this->sync_if_needed(page, dma_sync_size);
      this->p_.rcu_read_unlock();
    }
    this->count(produced ? RecycleStat::ring : RecycleStat::ring_full);
    if (!produced) this->return_page(page);
  }

  bool napi_polls_on(int cpu) override {
    this->p_.rcu_read_lock();
    const bool here = Base::napi_polls_on(cpu);
    this->p_.rcu_read_unlock();
    return here;
  }

  void return_page(Page page) override {
    P& p = this->p_;  // the pool may be gone by the end
    p.rcu_read_lock();
    const bool destroyed = this->destroy_cnt_.read("return: read destroy_cnt", plain) != 0;
    if (destroyed) this->item_lock_.lock_bh("return: lock item_lock");
    const std::uint32_t id = this->id_of(page);
    if (id == 0) p.tracker_used(Page{}, "return: follow the page's item");
    if (id != 0 && this->dma_map_.read("return: read dma_map", plain) &&
        (!destroyed || this->is_mapped(id)))
      this->unmap_item(id, page);
    this->finish_return(page);
    if (destroyed) this->item_lock_.unlock_bh("return: unlock item_lock");
    p.rcu_read_unlock();
  }

 private:
  void items_unmap() {
    if (!this->dma_map_.read("items_unmap: read dma_map", plain)) return;
    for (std::uint32_t id = 1; id <= this->items_.size(); ++id) {
      if (!this->item(id).mapped.read("items_unmap: test MAPPED", plain)) continue;
      this->item_lock_.lock_bh("items_unmap: lock item_lock");
      unmap_through_page(this->item(id).page.read("items_unmap: read page", plain));
      this->item_lock_.unlock_bh("items_unmap: unlock item_lock");
    }
  }

  void unmap_through_page(Page page) {
    this->p_.tracker_used(page, "items_unmap: read page");
    if (!page) return;  // reported: the kernel would take the link for a page
    const std::uint32_t id = this->id_of(page);
    if (id == 0) return this->p_.tracker_used(Page{}, "items_unmap: follow the page's item");
    if (this->is_mapped(id)) this->unmap_item(id, page);
  }
};

}  // namespace poolrace::pool
