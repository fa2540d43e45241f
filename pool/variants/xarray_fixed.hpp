// SPDX-License-Identifier: MIT
// `xarray-fixed`: the merged fix (ee62ce7a1d90) with its follow-ups: 24ef02f934ee (dma_addr is
// read before the claim; whoever returns the page clears its fields), the ring barrier
// (271683bb2cf3) and the index mask (95920c2ed02b: here 32 bits from bit 7).
//
// destroy: user_cnt -> disable_direct -> free_frag -> scrub { empty alloc cache; once: dma_sync =
//          false, and a grace period if the device needs syncs and pages are mapped; walk the
//          xarray and unmap what it still holds; drain ring } -> inflight -> barrier -> retry.
// put:     check dma_sync; under RCU check again and sync; then publish.
#pragma once

#include "pool/page_pool.hpp"
#include "pool/xarray.hpp"

namespace poolrace::pool {

template <class P>
class XarrayFixed final : public PagePool<P> {
  using Base = PagePool<P>;

 public:
  using typename Base::Page;
  XarrayFixed(P& p, typename Base::Device& dev, typename Base::Napi* napi, const PoolParams& params,
              const Limits& limits, int cpuid = -1)
      : Base(p, dev, napi, params, limits, cpuid), dma_mapped_(p, this->region_) {}

 protected:
  bool holds_device_reference() override { return false; }
  bool keep_retrying(int inflight) override { return inflight > 0; }
  bool is_pp_page(std::uint64_t magic) override { return this->has_signature(magic & ~index_mask); }

  bool map_page(Page page) override {
    const std::uint64_t addr = this->p_.dma_map_page(this->dev_, page, this->params_.order);
    if (addr == P::dma_mapping_error) return false;
    page.dma_addr().write("map: store dma_addr", addr);
    const std::uint64_t id = dma_mapped_.alloc(page);
    const std::uint64_t magic = page.pp_magic().read("map: read pp_magic for the index");
    page.pp_magic().write("map: store index in pp_magic",
                          (magic & ~index_mask) | (id << index_shift));
    if (this->dma_sync_.read("map: read dma_sync") && this->p_.dma_dev_need_sync(this->dev_))
      this->sync_for_device(page, this->params_.max_len);
    return true;
  }

  void sync_if_needed(Page page, std::uint32_t dma_sync_size) override {
    if (!this->dma_sync_.read("put: read dma_sync") || !this->p_.dma_dev_need_sync(this->dev_))
      return;
    this->p_.rcu_read_lock();
    if (this->dma_sync_.read("put: read dma_sync again, under RCU"))
      this->sync_for_device(page, dma_sync_size);
    this->p_.rcu_read_unlock();
  }

  // 271683bb2cf3: the statistic moved inside the lock.
  bool recycle_in_ring(Page page) override {
    const bool bh = this->lock_producer();
    const bool produced = this->ring_.produce(page);
    if (produced) this->count(RecycleStat::ring);
    this->unlock_producer(bh);
    return produced;
  }

  // Walker and returner race for the entry; the winner unmaps.
  void claim_and_unmap(Page page) {
    const std::uint64_t magic = page.pp_magic().read("claim: read index");
    const auto id = static_cast<std::uint32_t>((magic & index_mask) >> index_shift);
    if (id == 0) return;
    const std::uint64_t addr = page.dma_addr().read("claim: read dma_addr");
    if (dma_mapped_.cmpxchg_null(id, page) != page) return;
    this->p_.dma_unmap_page(this->dev_, addr, this->params_.order, page);
  }

  void release_dma(Page page) override {
    if (!this->dma_map_.read("release: read dma_map")) return;
    claim_and_unmap(page);
    page.dma_addr().write("release: clear dma_addr", 0);
    const std::uint64_t magic = page.pp_magic().read("release: read pp_magic");
    page.pp_magic().write("release: clear index", magic & ~index_mask);
  }

  void scrub() override {
    this->empty_alloc_cache_once();
    const bool first = this->destroy_cnt_.add_return("scrub: raise destroy_cnt", 1) == 1;
    if (first && this->dma_map_.read("scrub: read dma_map")) unmap_all();
    this->empty_ring();
  }

  int release() override {
    this->scrub();
    const int left = this->inflight(true);
    // 271683bb2cf3: a producer that has just put the last page may still hold the lock.
    this->unlock_producer(this->lock_producer());
    this->free_if_idle(left);
    return left;
  }

 private:
  static constexpr unsigned index_shift = 7;
  static constexpr std::uint64_t index_mask = 0xffffffffULL << index_shift;

  void unmap_all() {
    if (this->dma_sync_.read("scrub: read dma_sync")) {
      this->dma_sync_.write("scrub: clear dma_sync", false);
      if (this->p_.dma_dev_need_sync(this->dev_) && !dma_mapped_.empty())
        this->p_.synchronize_net("scrub: synchronize_net");
    }
    dma_mapped_.for_each([this](std::uint32_t, Page page) { claim_and_unmap(page); });
  }

  XArray<P> dma_mapped_;
};

}  // namespace poolrace::pool
