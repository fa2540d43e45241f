// SPDX-License-Identifier: MIT
#include "experiments/bench/hw_livelock.hpp"

#include <gtest/gtest.h>

#include "experiments/bench/hw.hpp"

namespace poolrace::experiments {
namespace {

models::Parameters machine() {
  return HwRequest{"x86-server", {}, 1}.machine(livelock_scene());
}

TEST(HwLivelock, ALightLoadIsDeliveredWhole) {
  const Livelock light = livelock(machine(), 0.2, 1);
  EXPECT_NEAR(light.delivered_kpps, light.offered_kpps, 0.1 * light.offered_kpps);
  EXPECT_EQ(light.ring_drops_kpps, 0);
}

// What came is somewhere; and frames that nobody has time for cost the application its own.
TEST(HwLivelock, OverloadDeliversLessThanItIsOffered) {
  const Livelock heavy = livelock(machine(), 3, 1);
  EXPECT_LT(heavy.delivered_kpps, 0.5 * heavy.offered_kpps);
  EXPECT_LE(heavy.delivered_kpps, heavy.received_kpps * 1.01);
  EXPECT_NEAR(heavy.received_kpps + heavy.ring_drops_kpps, heavy.offered_kpps,
              0.2 * heavy.offered_kpps);
  EXPECT_LE(heavy.delivered_kpps * 1000, livelock_capacity_pps(machine()) * 1.01);
}

}  // namespace
}  // namespace poolrace::experiments
