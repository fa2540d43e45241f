// SPDX-License-Identifier: MIT
// The variants, in the order of their publication.  To add one: write its file, name it here.
#pragma once

#include "pool/variant.hpp"
#include "pool/variants/baseline.hpp"
#include "pool/variants/baseline_ringfix.hpp"
#include "pool/variants/blocks_v11.hpp"
#include "pool/variants/blocks_v5.hpp"
#include "pool/variants/busy_flag.hpp"
#include "pool/variants/items_v2.hpp"
#include "pool/variants/items_v3.hpp"
#include "pool/variants/mainline_2026.hpp"
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

template <template <class> class... Variant>
struct VariantList {
  template <class P>
  static constexpr VariantInfo infos[] = {Variant<P>::info...};

  template <class P>
  static constexpr bool names_differ() {
    for (const VariantInfo& one : infos<P>)
      for (const VariantInfo& other : infos<P>)
        if (&one != &other && std::string_view(one.name) == other.name) return false;
    return true;
  }

  template <class P, class... Args>
  static std::unique_ptr<PagePool<P>> make(std::string_view name, Args&&... args) {
    std::unique_ptr<PagePool<P>> pool;
    ((name == Variant<P>::info.name && (pool = std::make_unique<Variant<P>>(args...))), ...);
    return pool;
  }
};

using Variants =
    VariantList<Baseline, BaselineRingfix, Stall, Skip, Wait, ItemsV2, ItemsV3, Scan, ScanRcu,
                BlocksV5, BlocksV11, XarrayRfc, XarrayV1, Xarray, XarrayFixed, Mainline2026>;

using TeachingVariants = VariantList<BusyFlag, BusyFlagMb>;

template <class P>
std::span<const VariantInfo> variant_infos() {
  static_assert(Variants::names_differ<P>(),
                "two variants have one name: does each have an info of its own?");
  return Variants::infos<P>;
}

template <class P>
std::span<const VariantInfo> teaching_infos() {
  return TeachingVariants::infos<P>;
}

template <class P>
std::unique_ptr<Pool<typename P::Page>> make_pool(std::string_view variant, P& p,
                                                  typename P::Device& dev, typename P::Napi* napi,
                                                  const PoolParams& params, const Limits& limits) {
  auto pool = Variants::make<P>(variant, p, dev, napi, params, limits);
  if (!pool) pool = TeachingVariants::make<P>(variant, p, dev, napi, params, limits);
  if (pool) pool->open();
  return pool;
}

}  // namespace poolrace::pool
