// SPDX-License-Identifier: MIT
#include "experiments/bench/hw_dma.hpp"

#include <gtest/gtest.h>

#include "experiments/bench/hw.hpp"

namespace poolrace::experiments {
namespace {

models::Parameters machine(std::vector<Setting> settings) {
  HwRequest request;
  request.profile = "x86-server";
  request.settings = std::move(settings);
  return request.machine();
}

constexpr std::uint64_t small = 4096, large = 64 << 20;

TEST(HwDma, AWindowThatTheIotlbHoldsCostsNothingALargeOneItsWalks) {
  const models::Parameters p = machine({{"dma_issue_ns", "5"}});
  const double none = dma_gbps(machine({{"dma_issue_ns", "5"}, {"iommu", "none"}}),
                               DmaOperation::read, 64, large, 20'000);
  EXPECT_NEAR(dma_gbps(p, DmaOperation::read, 64, small, 20'000), none, 0.02 * none);
  // All miss but 96 of 16384: five walkers of 270 ns.
  const double bound = 5 / 270.0 * 64 * 8;
  EXPECT_NEAR(dma_gbps(p, DmaOperation::read, 64, large, 20'000), bound, 0.02 * bound);
}

TEST(HwDma, PostedWritesWaitForOneWalkAfterTheOther) {
  const double bound = 64 * 8 / 270.0;
  EXPECT_NEAR(dma_gbps(machine({}), DmaOperation::write, 64, large, 20'000), bound, 0.05 * bound);
}

TEST(HwDma, EachWayOfBothIsNoFasterThanAlone) {
  for (const std::uint64_t bytes : {64u, 512u, 2048u}) {
    const models::Parameters p = machine({{"iommu", "none"}});
    const double both = dma_gbps(p, DmaOperation::read_write, bytes, small, 20'000);
    EXPECT_LE(both, 1.001 * dma_gbps(p, DmaOperation::read, bytes, small, 20'000)) << bytes;
    EXPECT_LE(both, 1.001 * dma_gbps(p, DmaOperation::write, bytes, small, 20'000)) << bytes;
  }
}

TEST(HwDma, OneReadTakesItsLatencyAndTheLink) {
  EXPECT_EQ(dma_read_ns(machine({}), 64), 560);
  EXPECT_GT(dma_read_ns(machine({}), 2048), 560 + 2048 * 8 / 126.0 - 10);
}

}  // namespace
}  // namespace poolrace::experiments
