// SPDX-License-Identifier: MIT
// `items-v2`: a tracking array, RCU around the whole put (net v2, 25 Sep 2024).
//
// destroy: user_cnt -> dma_sync = false -> disable_direct -> destroy_cnt = 1 -> synchronize_rcu ->
//          free_frag -> release -> item_uninit { under destroy_lock: unmap every recorded page;
//          dma_map = false } -> retry.  The alloc cache is emptied while destroy_cnt <= 1.
// put:     unless the caller passed allow_direct: RCU around napi_local, sync, cache or ring, and
//          return.  In it sync, then publish, as mainline.
// Return:  destroy_cnt != 0 => under destroy_lock, from unmap to free.
// Silent: bulk puts (our choice: RCU around all of one call), returns outside a put (none), the
// warning of item_uninit (whenever it found a page).
#pragma once

#include "pool/variants/items.hpp"

namespace poolrace::pool {

template <class P>
class ItemsV2 final : public ItemsPool<P> {
  using Base = ItemsPool<P>;

 public:
  static constexpr VariantInfo info{
      .name = "items-v2",
      .help = "tracking array, RCU around the whole put (Sep 2024)",
      .destroy_unmaps = true,
      .clears_dma_sync = true,
  };

  using Base::Base;
  using typename Base::Page;

  void put_unrefed_page(Page page, std::uint32_t dma_sync_size, bool allow_direct) override {
    P& p = this->p_;  // the pool may be gone by the end
    if (!allow_direct) p.rcu_read_lock();
    Base::put_unrefed_page(page, dma_sync_size, allow_direct);
    if (!allow_direct) p.rcu_read_unlock();
  }

  void put_page_bulk(std::vector<Page> pages) override {
    P& p = this->p_;
    p.rcu_read_lock();
    Base::put_page_bulk(std::move(pages));
    p.rcu_read_unlock();
  }

 protected:
  bool may_empty_cache(std::uint64_t destroy_cnt) override { return destroy_cnt <= 1; }

  void destroy_order() override {
    this->dma_sync_.write("destroy: clear dma_sync", false, plain);
    this->disable_direct_recycling();
    this->destroy_cnt_.write("destroy: set destroy_cnt", 1, plain);
    this->p_.synchronize_rcu("destroy: synchronize_rcu");
    this->free_frag();
    if (this->release() == 0) return;
    this->item_uninit([this](int unmapped) {
      if (unmapped > 0) this->p_.warn("pages were in flight when the items went");
    });
    this->detach_and_retry();
  }
};

}  // namespace poolrace::pool
