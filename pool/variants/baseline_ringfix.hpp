// SPDX-License-Identifier: MIT
// `baseline-ringfix`: mainline with the ring barrier (271683bb2cf3, 2025) and nothing else.
//
// destroy: user_cnt -> disable_direct -> free_frag -> release { scrub, inflight, lock and unlock
//          the producer lock, free if idle } -> retry every second.
// put:     sync, then publish; the ring's statistic is counted inside the producer lock.
// Says nothing of DMA: late pages are unmapped late.  The device reference stays.
// Our choice: the barrier runs at every release, the retries' too, and whatever the count was;
// and the retry still stops only at 0, for "stop at a negative count" came separately.
#pragma once

#include "pool/variants/ring_fix.hpp"

namespace poolrace::pool {

template <class P>
class BaselineRingfix final : public RingFix<PagePool<P>> {
 public:
  static constexpr VariantInfo info{
      .name = "baseline-ringfix",
      .help = "mainline + the ring use-after-free barrier (271683bb2cf3)",
  };

  using RingFix<PagePool<P>>::RingFix;
};

}  // namespace poolrace::pool
