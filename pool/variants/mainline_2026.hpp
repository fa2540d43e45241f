// SPDX-License-Identifier: MIT
// `mainline-2026`: `xarray-fixed` with bdea4980182e (Sep 2026), which counts what a bulk put
// produced before it lets go of the producer lock; and pool_size clamped to 16384 (autumn 2025).
//
// destroy, put and claim: as `xarray-fixed`.
// bulk:    lock, produce, count, unlock; leftovers return outside.
#pragma once

#include <algorithm>

#include "pool/variants/bulk_stat.hpp"
#include "pool/variants/xarray_fixed.hpp"

namespace poolrace::pool {

template <class P>
class Mainline2026 final : public BulkStatInLock<XarrayFixed<P>> {
  using Base = BulkStatInLock<XarrayFixed<P>>;

 public:
  static constexpr VariantInfo info{
      .name = "mainline-2026",
      .help = "xarray-fixed with bdea4980182e: mainline of Sep 2026",
      .destroy_unmaps = true,
      .clears_dma_sync = true,
  };

  Mainline2026(P& p, typename Base::Device& dev, typename Base::Napi* napi, PoolParams params,
               const Limits& limits, int cpuid = -1)
      : Base(p, dev, napi, clamped(params), limits, cpuid) {}

 private:
  static PoolParams clamped(PoolParams params) {
    params.pool_size = std::min(params.pool_size, std::uint32_t{16384});
    return params;
  }
};

}  // namespace poolrace::pool
