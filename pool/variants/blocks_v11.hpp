// SPDX-License-Identifier: MIT
// `blocks-v11`: item blocks, last posting (v11, 7 Mar 2025).
//
// destroy: user_cnt -> disable_direct -> free_frag -> release -> item_unmap { dma_sync = false ->
//          synchronize_net -> for each MAPPED item: release the DMA of its page } -> retry.
// put:     publish first.  Ring: produce, unlock, count; then check dma_sync, check again under RCU
//          and sync.  Cache: push, one plain check, sync.  Bulk: RCU around the whole loop, inside
//          the producer lock, one plain check and a sync a page.
// Release of DMA, whoever calls: in RCU; once destroyed, under item_lock and only if still MAPPED.
//          The lock no longer spans the free: the walk tests MAPPED and takes the item's page
//          without it, and that page may go meanwhile.
// Silent: pools that do not map (our choice: no walk, no grace period).
#pragma once

#include "pool/variants/blocks.hpp"

namespace poolrace::pool {

template <class P>
class BlocksV11 final : public BlocksPool<P> {
  using Base = BlocksPool<P>;

 public:
  static constexpr VariantInfo info{
      .name = "blocks-v11",
      .help = "item blocks, v11 (Mar 2025)",
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
    if (this->dma_map_.read("item_unmap: read dma_map", plain)) item_unmap();
    this->detach_and_retry();
  }

  void recycle(Page page, std::uint32_t dma_sync_size, bool allow_direct) override {
    if (allow_direct && this->recycle_in_cache(page))
      return this->sync_if_needed(page, dma_sync_size);
    if (this->recycle_in_ring(page)) return sync_guarded(page, dma_sync_size);
    this->count(RecycleStat::ring_full);
    this->return_page(page);
  }

  void sync_guarded(Page page, std::uint32_t dma_sync_size) {
    if (!this->dma_sync_.read("put: read dma_sync before the guard", plain) ||
        !this->p_.dma_dev_need_sync(this->dev_))
      return;
    this->p_.rcu_read_lock();
    if (this->dma_sync_.read("put: read dma_sync again, under RCU", plain))
      this->sync_for_device(page, dma_sync_size);
    this->p_.rcu_read_unlock();
  }

  void release_dma(Page page) override {
    if (!this->dma_map_.read("release: read dma_map", plain)) return;
    this->p_.rcu_read_lock();
    const bool destroyed = this->destroy_cnt_.read("release: read destroy_cnt", plain) != 0;
    const std::uint32_t id = this->id_of(page);
    if (id == 0) {  // the page left meanwhile: the kernel would follow a null item
      this->p_.tracker_used(Page{}, "release: follow the page's item");
      this->p_.rcu_read_unlock();
      return;
    }
    if (destroyed) this->item_lock_.lock_bh("release: lock item_lock");
    if (!destroyed || this->is_mapped(id)) this->unmap_item(id, page);
    if (destroyed) this->item_lock_.unlock_bh("release: unlock item_lock");
    this->p_.rcu_read_unlock();
  }

 private:
  void item_unmap() {
    this->dma_sync_.write("item_unmap: clear dma_sync", false, plain);
    this->p_.synchronize_net("item_unmap: synchronize_net");
    for (std::uint32_t id = 1; id <= this->items_.size(); ++id) {
      auto& item = this->item(id);
      if (!item.mapped.read("item_unmap: test MAPPED", plain)) continue;
      Page page = item.page.read("item_unmap: read page", plain);
      this->p_.tracker_used(page, "item_unmap: read page");
      if (!page) continue;  // reported: the kernel would follow the pointer
      release_dma(page);
    }
  }
};

}  // namespace poolrace::pool
