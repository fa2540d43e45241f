// SPDX-License-Identifier: MIT
// The variants by name, in the order of their publication.  To add one: write its file, name it
// here.
#pragma once

#include <memory>
#include <string_view>
#include <type_traits>
#include <vector>

#include "pool/variants/baseline.hpp"
#include "pool/variants/baseline_ringfix.hpp"
#include "pool/variants/blocks_v11.hpp"
#include "pool/variants/blocks_v5.hpp"
#include "pool/variants/items_v2.hpp"
#include "pool/variants/items_v3.hpp"
#include "pool/variants/scan.hpp"
#include "pool/variants/scan_rcu.hpp"
#include "pool/variants/skip.hpp"
#include "pool/variants/stall.hpp"
#include "pool/variants/wait.hpp"
#include "pool/variants/xarray.hpp"
#include "pool/variants/xarray_fixed.hpp"
#include "pool/variants/xarray_rfc.hpp"
#include "pool/variants/xarray_v1.hpp"

namespace poolrace::pool {

struct VariantInfo {
  const char* name;
  const char* help;
  bool destroy_unmaps;             // destroy ends the mappings of pages that are in flight
  bool clears_dma_sync;            // and keeps later puts from syncing
  bool stalls_unregister = false;  // netdev unregister waits until the pool is gone
  bool waits_in_destroy = false;   // destroy itself does
};

inline constexpr VariantInfo variant_table[] = {
    {"baseline", "mainline before any fix (about v6.13)", false, false},
    {"baseline-ringfix", "mainline + the ring use-after-free barrier (271683bb2cf3)", false, false},
    {"stall", "stall netdev unregister while pages are in flight (RFC, Aug 2024)", false, false,
     true, false},
    {"skip", "once destroy has started, never unmap (proposed, never posted)", false, true},
    {"wait", "destroy waits for every in-flight page (proposed, never posted)", false, false, false,
     true},
    {"items-v2", "tracking array, RCU around the whole put (Sep 2024)", true, true},
    {"items-v3", "tracking array, narrow RCU (Oct 2024)", true, true},
    {"scan", "RFC v4 patches 1+2: scan all pages at destroy, sync not guarded", true, false},
    {"scan-rcu", "RFC v4 patches 1+2+3: the seed thread's rcu-guarded sync", true, true},
    {"blocks-v5", "item blocks, RFC v5 (Dec 2024)", true, true},
    {"blocks-v11", "item blocks, v11 (Mar 2025)", true, true},
    {"xarray-rfc", "xarray of mapped pages, no sync handling (8 Mar 2025)", true, false},
    {"xarray-v1", "xarray, clears dma_sync, reader takes no RCU lock (14 Mar 2025)", true, true},
    {"xarray", "merged fix (ee62ce7a1d90), alone", true, true},
    {"xarray-fixed", "merged fix (ee62ce7a1d90) with 24ef02f934ee and the ring barrier", true,
     true},
};

// A pool of the named variant, opened; null for an unknown name.
template <class P>
std::unique_ptr<PagePool<P>> make_pool(std::string_view variant, P& p, typename P::Device& dev,
                                       typename P::Napi* napi, const PoolParams& params,
                                       const Limits& limits) {
  std::unique_ptr<PagePool<P>> pool;
  const auto choose = [&]<class Variant>(std::string_view name, std::type_identity<Variant>) {
    if (variant == name) pool = std::make_unique<Variant>(p, dev, napi, params, limits);
  };
  choose("baseline", std::type_identity<Baseline<P>>{});
  choose("baseline-ringfix", std::type_identity<BaselineRingfix<P>>{});
  choose("stall", std::type_identity<Stall<P>>{});
  choose("skip", std::type_identity<Skip<P>>{});
  choose("wait", std::type_identity<Wait<P>>{});
  choose("items-v2", std::type_identity<ItemsV2<P>>{});
  choose("items-v3", std::type_identity<ItemsV3<P>>{});
  choose("scan", std::type_identity<Scan<P>>{});
  choose("scan-rcu", std::type_identity<ScanRcu<P>>{});
  choose("blocks-v5", std::type_identity<BlocksV5<P>>{});
  choose("blocks-v11", std::type_identity<BlocksV11<P>>{});
  choose("xarray-rfc", std::type_identity<XarrayRfc<P>>{});
  choose("xarray-v1", std::type_identity<XarrayV1<P>>{});
  choose("xarray", std::type_identity<Xarray<P>>{});
  choose("xarray-fixed", std::type_identity<XarrayFixed<P>>{});
  if (pool) pool->open();
  return pool;
}

}  // namespace poolrace::pool
