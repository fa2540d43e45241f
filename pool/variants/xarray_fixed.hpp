// SPDX-License-Identifier: MIT
// `xarray-fixed`: the merged fix (ee62ce7a1d90) with its follow-ups: 24ef02f934ee (dma_addr is
// read before the claim; whoever returns the page clears its fields), the ring barrier
// (271683bb2cf3) and the index mask (95920c2ed02b: here 32 bits from bit 7).
//
// destroy: user_cnt -> disable_direct -> free_frag -> scrub { empty alloc cache; once: dma_sync =
//          false, and a grace period if the device needs syncs and pages are mapped; walk the
//          xarray and unmap what it still holds; drain ring } -> inflight -> barrier -> retry.
// put:     check dma_sync; under RCU check again and sync; then publish.
// bulk:    the statistic still comes after the unlock: bdea4980182e belongs to `mainline-2026`.
// Where 95920c2ed02b leaves no index bits (some 32-bit machines) nothing is tracked: such a
// machine is `baseline` without the device reference.
#pragma once

#include "pool/variants/ring_fix.hpp"
#include "pool/variants/xarray.hpp"

namespace poolrace::pool {

template <class P>
class XarrayFixed : public RingFix<Xarray<P>> {
 public:
  static constexpr VariantInfo info{
      .name = "xarray-fixed",
      .help = "merged fix (ee62ce7a1d90) with 24ef02f934ee and the ring barrier",
      .destroy_unmaps = true,
      .clears_dma_sync = true,
  };

  using typename RingFix<Xarray<P>>::Page;
  using RingFix<Xarray<P>>::RingFix;

 protected:
  bool keep_retrying(int inflight) override { return inflight > 0; }

  void claim_and_unmap(Page page) override {
    const std::uint32_t id = index_of(page.pp_magic().read("claim: read index", plain));
    if (id == 0) return;
    const std::uint64_t addr = page.dma_addr().read("claim: read dma_addr", plain);
    if (this->dma_mapped_.cmpxchg_null(id, page) != page) return;
    this->p_.dma_unmap_page(this->dev_, addr, this->params_.order, page);
  }

  void release_dma(Page page) override {
    if (!this->dma_map_.read("release: read dma_map", plain)) return;
    claim_and_unmap(page);
    page.dma_addr().write("release: clear dma_addr", 0, plain);
    const std::uint64_t magic = page.pp_magic().read("release: read pp_magic", plain);
    page.pp_magic().write("release: clear index", magic & ~index_mask, plain);
  }
};

}  // namespace poolrace::pool
