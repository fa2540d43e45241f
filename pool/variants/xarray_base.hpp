// SPDX-License-Identifier: MIT
// What the four xarray variants share: a page enters the array when it is mapped, and whoever
// takes it out again, by cmpxchg, unmaps it.  The first scrub empties the alloc cache, walks the
// array and then drains the ring.  The device reference is gone.
//
// The claim as of T0..T9: the winner reads dma_addr after the claim, unmaps, and clears dma_addr
// and the id; a loser simply continues.
#pragma once

#include "pool/page_index.hpp"
#include "pool/page_pool.hpp"
#include "pool/xarray.hpp"

namespace poolrace::pool {

template <class P>
class XarrayPool : public PagePool<P> {
  using Base = PagePool<P>;

 public:
  using typename Base::Page;
  XarrayPool(P& p, typename Base::Device& dev, typename Base::Napi* napi, const PoolParams& params,
             const Limits& limits, int cpuid = -1)
      : Base(p, dev, napi, params, limits, cpuid), dma_mapped_(p, this->region_) {}

 protected:
  virtual void before_walk() {}  // stop the syncs, if the variant does

  bool holds_device_reference() override { return false; }
  bool is_pp_page(std::uint64_t magic) override { return this->has_signature(magic & ~index_mask); }

  bool map_page(Page page) override {
    const std::uint64_t addr = this->p_.dma_map_page(this->dev_, page, this->params_.order);
    if (addr == P::dma_mapping_error) return false;
    page.dma_addr().write("map: store dma_addr", addr, plain);
    const std::uint32_t id = dma_mapped_.alloc(page);
    const std::uint64_t magic = page.pp_magic().read("map: read pp_magic for the index", plain);
    page.pp_magic().write("map: store index in pp_magic", (magic & ~index_mask) | index_bits(id),
                          plain);
    if (this->dma_sync_.read("map: read dma_sync", plain) && this->p_.dma_dev_need_sync(this->dev_))
      this->sync_for_device(page, this->params_.max_len);
    return true;
  }

  // Walker and returner race for the entry; the winner unmaps.
  virtual void claim_and_unmap(Page page) {
    const std::uint32_t id = index_of(page.pp_magic().read("claim: read index", plain));
    if (id == 0 || dma_mapped_.cmpxchg_null(id, page) != page) return;
    const std::uint64_t addr = page.dma_addr().read("claimed: read dma_addr", plain);
    this->p_.dma_unmap_page(this->dev_, addr, this->params_.order, page);
    page.dma_addr().write("claimed: clear dma_addr", 0, plain);
    const std::uint64_t now = page.pp_magic().read("claimed: read pp_magic", plain);
    page.pp_magic().write("claimed: clear index", now & ~index_mask, plain);
  }

  void release_dma(Page page) override {
    if (this->dma_map_.read("release: read dma_map", plain)) claim_and_unmap(page);
  }

  void scrub() override {
    this->empty_alloc_cache_once();
    const bool first = this->destroy_cnt_.add_return("scrub: raise destroy_cnt", 1, plain) == 1;
    if (first && this->dma_map_.read("scrub: read dma_map", plain)) {
      before_walk();
      dma_mapped_.for_each([this](std::uint32_t, Page page) { claim_and_unmap(page); });
    }
    this->empty_ring();
  }

  void uninit() override {
    if (this->dma_map_.read("uninit: read dma_map", plain)) dma_mapped_.destroy();
  }

  XArray<P> dma_mapped_;
};

}  // namespace poolrace::pool
