// SPDX-License-Identifier: MIT
// `xarray-rfc`: the xarray of mapped pages, first posting (RFC, 8 Mar 2025).
//
// destroy: user_cnt -> disable_direct -> free_frag -> scrub { empty alloc cache; once: walk the
//          xarray, claim and unmap what it still holds; drain ring } -> inflight -> retry.
// put:     as mainline: sync, then publish.  Nothing clears dma_sync and nothing waits: any late
//          put of a recyclable page syncs what the walk has unmapped.
// claim:   cmpxchg; the winner reads dma_addr, unmaps, clears dma_addr and the id.
// Simplified: the id lies in pp_magic as in the later versions, not in the page's padding word,
// which the platform does not have; nobody else reads either.
#pragma once

#include "pool/variants/xarray_base.hpp"

namespace poolrace::pool {

template <class P>
class XarrayRfc final : public XarrayPool<P> {
 public:
  static constexpr VariantInfo info{
      .name = "xarray-rfc",
      .help = "xarray of mapped pages, no sync handling (8 Mar 2025)",
      .destroy_unmaps = true,
  };

  using XarrayPool<P>::XarrayPool;
};

}  // namespace poolrace::pool
