// SPDX-License-Identifier: MIT
#include "experiments/bench/hw_drop.hpp"

#include <gtest/gtest.h>

#include "experiments/bench/hw.hpp"
#include "models/traffic/traffic.hpp"

namespace poolrace::experiments {
namespace {

models::Parameters dropping(const char* profile) {
  models::Parameters p = HwRequest{profile, {}, 1}.machine(receive_scene("drop"));
  p.frame_bytes = 64;
  return p;
}

TEST(HwDrop, AQueueMoreIsAQueueMoreUntilTheWireIsFull) {
  models::Parameters p = dropping("x86-server");
  p.iommu = models::IommuMode::none;  // or its walkers are full first
  const double one = receive_overload(p, 1).mpps;
  p.queues = 2;
  const double two = receive_overload(p, 1).mpps;
  EXPECT_GT(two, 1.7 * one);
  EXPECT_LT(two, 2.1 * one);
  const double line = static_cast<double>(models::line_rate_pps(64, 100'000'000'000)) / 1e6;
  p.queues = 16;
  const Received full = receive_overload(p, 1);
  EXPECT_TRUE(full.wire_limited);
  EXPECT_LT(full.mpps, 1.02 * line);
}

TEST(HwDrop, NoFrameCostsLessThanTheDriversWork) {
  for (const char* profile : {"arm64-soc", "x86-server", "arm64-server"}) {
    const models::Parameters p = dropping(profile);
    const double at_most =
        static_cast<double>(ps_per_us) / static_cast<double>(p.driver_per_packet);
    EXPECT_LE(receive_overload(p, 2).mpps, 1.02 * at_most) << profile;
  }
}

TEST(HwDrop, RunsRepeatExactly) {
  const models::Parameters p = dropping("arm64-soc");
  EXPECT_EQ(receive_overload(p, 1).mpps, receive_overload(p, 1).mpps);
}

}  // namespace
}  // namespace poolrace::experiments
