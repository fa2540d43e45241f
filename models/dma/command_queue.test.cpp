// SPDX-License-Identifier: MIT
// Round trip of an empty queue, sharing of batches, and the possible bottlenecks against the
// closed-network bound X <= min(N/(D+Z), 1/Dmax).  Published rates: `poolrace validate`.
#include "models/dma/command_queue.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

namespace poolrace::models {
namespace {

CommandQueueParams params() {
  CommandQueueParams p;
  p.sync_ps = 250'000;
  p.per_command_ps = 20'000;
  p.publish_ps = 100'000;
  return p;
}

// N callers, each thinking `think_ps` between a completion and its next call of one command;
// completions per second over `span`.  Callers are served in order of (date, number).
double closed_loop_per_s(const CommandQueueParams& p, CpuId callers, Ps think_ps, Ps span) {
  CommandQueue queue(p);
  std::vector<Ps> calls_at(callers);
  for (CpuId i = 0; i < callers; ++i) calls_at[i] = i * 1'000;
  std::uint64_t done = 0;
  for (;;) {
    const auto next = std::min_element(calls_at.begin(), calls_at.end());
    if (*next >= span) break;
    *next = queue.submit(*next, 1).done_at + think_ps;
    ++done;
  }
  return static_cast<double>(done) * ps_per_s / static_cast<double>(span);
}

TEST(CommandQueue, EmptyQueueRoundTrip) {
  CommandQueue queue(params());
  EXPECT_EQ(queue.submit(1'000'000, 1).done_at, 1'000'000 + 100'000 + 2 * 20'000 + 250'000);
  EXPECT_EQ(queue.submit(9'000'000, 4).done_at, 9'000'000 + 100'000 + 5 * 20'000 + 250'000);
  EXPECT_EQ(queue.submit(19'000'000, 0).done_at, 19'000'000 + 100'000 + 20'000 + 250'000);
  EXPECT_EQ(queue.syncs(), 3u);
}

TEST(CommandQueue, FollowersShareTheOwnersDoorbell) {
  CommandQueue queue(params());
  const Submitted owner = queue.submit(0, 1);
  EXPECT_TRUE(owner.owns);
  EXPECT_EQ(owner.published_at, 100'000);
  const Submitted second = queue.submit(70'000, 1);
  EXPECT_FALSE(second.owns);
  EXPECT_EQ(second.done_at, owner.done_at + 2 * 20'000) << "only its own commands come on top";
  EXPECT_TRUE(queue.submit(100'001, 1).owns) << "too late";
  EXPECT_EQ(queue.batches(), 2u);
}

TEST(CommandQueue, ABatchIsFullAt64Commands) {
  CommandQueueParams p = params();
  p.publish_ps = 100 * ps_per_us;
  CommandQueue queue(p);
  for (int caller = 0; caller < 32; ++caller) queue.submit(0, 1);
  EXPECT_EQ(queue.batches(), 1u);
  queue.submit(0, 1);
  EXPECT_EQ(queue.batches(), 2u);
}

TEST(CommandQueue, LongListsAreCutAndSyncOnce) {
  CommandQueue queue(params());
  const Ps done_at = queue.submit(0, 127).done_at;  // 128 with the sync: two full lists
  EXPECT_EQ(queue.batches(), 2u);
  EXPECT_EQ(queue.syncs(), 1u);
  EXPECT_EQ(done_at, 100'000 + 128 * 20'000 + 250'000)
      << "the second doorbell rings while the first list is at work";
}

TEST(CommandQueue, ThroughputIsThatOfTheBottleneck) {
  const auto at_saturation = [](const CommandQueueParams& p) {
    return closed_loop_per_s(p, 64, 0, 2 * ps_per_ms);
  };
  CommandQueueParams hardware = params();
  hardware.per_command_ps = 200'000;
  EXPECT_NEAR(at_saturation(hardware), 1e12 / 400'000, 0.02 * 1e12 / 400'000);
  CommandQueueParams barrier = params();
  barrier.sync_hold_ps = 250'000;
  EXPECT_NEAR(at_saturation(barrier), 1e12 / 290'000, 0.02 * 1e12 / 290'000);
  CommandQueueParams alone = params();  // no gathering: a doorbell each
  alone.batch_commands_max = 2;
  EXPECT_NEAR(at_saturation(alone), 1e12 / 100'000, 0.02 * 1e12 / 100'000);
  EXPECT_GT(at_saturation(params()), 1.9 * at_saturation(alone)) << "what gathering is for";
}

TEST(CommandQueue, ClosedNetworkBoundHolds) {
  const CommandQueueParams p = params();
  const Ps think_ps = 1'000'000;
  const double demand = 100e3 + 40e3 + 250e3;
  const double alone = 1e12 / (100e3 + 40e3 + 250e3 + 1e6);
  EXPECT_NEAR(closed_loop_per_s(p, 1, think_ps, 10 * ps_per_ms), alone, 0.01 * alone);
  for (CpuId n : {2u, 4u, 8u, 16u, 64u}) {
    const double bound = std::min(n * 1e12 / (demand - 100e3 + 1e6), 1e12 / 40e3);
    const double seen = closed_loop_per_s(p, n, think_ps, 10 * ps_per_ms);
    EXPECT_LE(seen, 1.01 * bound) << n;
    EXPECT_GE(seen, 0.8 * std::min(n * 1e12 / (demand + 1e6), 1e12 / 40e3)) << n;
  }
}

}  // namespace
}  // namespace poolrace::models
