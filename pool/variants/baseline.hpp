// SPDX-License-Identifier: MIT
// `baseline`: mainline before any fix (v6.14).
//
// destroy: user_cnt -> disable_direct -> free_frag -> release -> retry every second.
// put:     sync, then publish.  A page that comes back late is unmapped then, whatever has become
//          of the device; the pool's device reference keeps only the struct alive.
// In bulk the statistic comes after the unlock, as from v6.14 on.
#pragma once

#include "pool/page_pool.hpp"

namespace poolrace::pool {

template <class P>
class Baseline final : public PagePool<P> {
 public:
  static constexpr VariantInfo info{
      .name = "baseline",
      .help = "mainline before any fix (v6.14)",
  };

  using PagePool<P>::PagePool;
};

}  // namespace poolrace::pool
