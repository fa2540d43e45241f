// SPDX-License-Identifier: MIT
// The pools of world `timed`, all variants of them: nobody else compiles them.
#include "models/pools.hpp"

#include "models/variants.hpp"
#include "pool/variants/all.hpp"

namespace poolrace::pool {

template class PagePool<models::SimPlatform>;
template std::span<const VariantInfo> variant_infos<models::SimPlatform>();
template std::span<const VariantInfo> teaching_infos<models::SimPlatform>();
template std::unique_ptr<Pool<models::Page>> make_pool(std::string_view, models::SimPlatform&,
                                                       models::Device&, models::Napi*,
                                                       const PoolParams&, const Limits&);

}  // namespace poolrace::pool

namespace poolrace::models {

std::unique_ptr<SimPool> ShippedVariant::make(SimPlatform& p, Device& dev, Napi* napi,
                                              const pool::PoolParams& params,
                                              const pool::Limits& limits) const {
  return pool::make_pool(info_.name, p, dev, napi, params, limits);
}

}  // namespace poolrace::models
