// SPDX-License-Identifier: MIT
// `scan`: RFC v4, patches 1 and 2 (20 Nov 2024).
//
// destroy: … release -> synchronize_rcu -> scan all of memory for pages of this pool, unmap them.
// put:     as mainline.  Nothing clears dma_sync: a put past its check, and any later put of a
//          recyclable page, syncs a page that the scan has unmapped.
// Patch 1 puts the read of p.napi under RCU.  The device reference is gone.
// Kinds of what the patches added are assumed: plain, and page_count() as it is.
#pragma once

#include "pool/variants/bulk_stat.hpp"

namespace poolrace::pool {

template <class P>
class Scan : public BulkStatInLock<PagePool<P>> {
  using Base = BulkStatInLock<PagePool<P>>;

 public:
  static constexpr VariantInfo info{
      .name = "scan",
      .help = "RFC v4 patches 1+2: scan all pages at destroy, sync not guarded",
      .destroy_unmaps = true,
      .scans_memory = true,
  };

  using typename Base::Page;
  Scan(P& p, typename Base::Device& dev, typename Base::Napi* napi, const PoolParams& params,
       const Limits& limits, int cpuid = -1)
      : Base(p, dev, napi, params, limits, cpuid),
        destroy_line_(p, this->region_),
        destroy_lock_(p, destroy_line_) {}

 protected:
  bool holds_device_reference() override { return false; }

  void destroy_order() override {
    this->disable_direct_recycling();
    this->free_frag();
    if (this->release() == 0) return;
    this->p_.synchronize_rcu("destroy: synchronize_rcu");
    inflight_unmap();
    this->detach_and_retry();
  }

  bool napi_polls_on(int cpu) override {
    this->p_.rcu_read_lock();
    const bool here = Base::napi_polls_on(cpu);
    this->p_.rcu_read_unlock();
    return here;
  }

  // Against unmapping twice: once destroy has begun, puts that return take turns with the scan.
  void return_page(Page page) override {
    this->p_.rcu_read_lock();
    if (this->destroy_cnt_.read("return: read destroy_cnt", plain) != 0) {
      destroy_lock_.lock_bh("return: lock destroy_lock");
      Base::return_page(page);
      destroy_lock_.unlock_bh("return: unlock destroy_lock");
    } else {
      Base::return_page(page);
    }
    this->p_.rcu_read_unlock();
  }

  void return_own(Page page) override { Base::return_page(page); }

  void inflight_unmap() {
    if (!this->dma_map_.read("scan: read dma_map", plain)) return;  // nothing is mapped
    this->p_.lock_memory_hotplug();
    destroy_lock_.lock_bh("scan: lock destroy_lock");
    const int inflight = this->inflight(false);
    int found = 0;
    this->p_.for_each_populated_page([&](Page page) {
      if (page.page_refcount().read("scan: read _refcount", once) == 0) return true;
      if (!this->is_pp_page(page.pp_magic().read("scan: read pp_magic", plain))) return true;
      if (page.pp().read("scan: read page owner", plain) != this) return true;
      const std::uint64_t addr = page.dma_addr().read("scan: read dma_addr", plain);
      this->p_.dma_unmap_page(this->dev_, addr, this->params_.order, page);
      page.dma_addr().write("scan: clear dma_addr", 0, plain);
      return ++found != inflight;  // all accounted for: no need to look further
    });
    if (found != inflight) this->p_.warn("the scan did not find every page in flight");
    this->dma_map_.write("scan: clear dma_map", false, plain);
    destroy_lock_.unlock_bh("scan: unlock destroy_lock");
    this->p_.unlock_memory_hotplug();
  }

 private:
  typename P::Line destroy_line_;
  typename P::SpinLock destroy_lock_;
};

}  // namespace poolrace::pool
