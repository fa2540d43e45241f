// SPDX-License-Identifier: MIT
// The variants by name.  To add one: write its file, name it here.
#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "pool/variants/baseline.hpp"
#include "pool/variants/scan.hpp"
#include "pool/variants/scan_rcu.hpp"
#include "pool/variants/xarray_fixed.hpp"

namespace poolrace::pool {

struct VariantInfo {
  const char* name;
  const char* help;
  bool destroy_unmaps;   // destroy ends the mappings of pages that are in flight
  bool clears_dma_sync;  // and keeps later puts from syncing
};

inline constexpr VariantInfo variant_table[] = {
    {"baseline", "mainline before any fix (about v6.13)", false, false},
    {"scan", "RFC v4 patches 1+2: scan all pages at destroy, sync not guarded", true, false},
    {"scan-rcu", "RFC v4 patches 1+2+3: the seed thread's rcu-guarded sync", true, true},
    {"xarray-fixed", "merged fix (ee62ce7a1d90) with 24ef02f934ee and the ring barrier", true,
     true},
};

// A pool of the named variant, opened; null for an unknown name.
template <class P>
std::unique_ptr<PagePool<P>> make_pool(std::string_view variant, P& p, typename P::Device& dev,
                                       typename P::Napi* napi, const PoolParams& params,
                                       const Limits& limits) {
  std::unique_ptr<PagePool<P>> pool;
  if (variant == "baseline") pool = std::make_unique<Baseline<P>>(p, dev, napi, params, limits);
  if (variant == "scan") pool = std::make_unique<Scan<P>>(p, dev, napi, params, limits);
  if (variant == "scan-rcu") pool = std::make_unique<ScanRcu<P>>(p, dev, napi, params, limits);
  if (variant == "xarray-fixed")
    pool = std::make_unique<XarrayFixed<P>>(p, dev, napi, params, limits);
  if (pool) pool->open();
  return pool;
}

}  // namespace poolrace::pool
