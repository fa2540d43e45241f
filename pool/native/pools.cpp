// SPDX-License-Identifier: MIT
// The pools of world `native`, all variants of them: nobody else compiles them.
#include "pool/native/platform.hpp"
#include "pool/variants/all.hpp"

namespace poolrace::pool {

using native::NativePlatform;

template std::span<const VariantInfo> variant_infos<NativePlatform>();
template std::span<const VariantInfo> teaching_infos<NativePlatform>();
template std::unique_ptr<Pool<native::Page>> make_pool(std::string_view, NativePlatform&,
                                                       native::Device&, native::Napi*,
                                                       const PoolParams&, const Limits&);

}  // namespace poolrace::pool
