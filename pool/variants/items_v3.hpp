// SPDX-License-Identifier: MIT
// `items-v3`: a tracking array, narrow RCU (net-next v3, 22 Oct 2024).
//
// destroy: user_cnt -> disable_direct -> free_frag -> release -> dma_sync = false ->
//          synchronize_rcu -> item_uninit { under destroy_lock: unmap every recorded page;
//          dma_map = false; compare how many they were with those in flight } -> retry.
// put:     RCU around the check of dma_sync and the sync; then publish.  RCU also around the read
//          of p.napi and its list_owner, and around each return.
// Return:  a put's in RCU, destroy_cnt != 0 => under destroy_lock, from unmap to free; pages that
//          no put brings back (waived, of a drained fragment, of another node) go bare.
#pragma once

#include "pool/variants/items.hpp"

namespace poolrace::pool {

template <class P>
class ItemsV3 final : public ItemsPool<P> {
  using Base = ItemsPool<P>;

 public:
  static constexpr VariantInfo info{
      .name = "items-v3",
      .help = "tracking array, narrow RCU (Oct 2024)",
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
    this->item_uninit([this](int unmapped) {
      if (unmapped != this->inflight(false))
        this->p_.warn("the items did not hold every page in flight");
    });
    this->detach_and_retry();
  }

  void sync_if_needed(Page page, std::uint32_t dma_sync_size) override {
    this->p_.rcu_read_lock();
    Base::sync_if_needed(page, dma_sync_size);
    this->p_.rcu_read_unlock();
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
    Base::return_page(page);
    p.rcu_read_unlock();
  }

  void return_own(Page page) override { PagePool<P>::return_page(page); }
};

}  // namespace poolrace::pool
